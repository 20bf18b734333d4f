"""What a general model is told: presets, a person's own words, examples, drawn keypoints."""
