"""From windows to descriptions: clips, prompts, captioners, answers. Knows no recording folder."""
