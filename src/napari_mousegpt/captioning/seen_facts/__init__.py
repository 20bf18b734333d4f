"""What a model's eye concludes from a clip, and answers that say just that."""
