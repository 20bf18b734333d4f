"""Questions in plain language about what animals did."""
