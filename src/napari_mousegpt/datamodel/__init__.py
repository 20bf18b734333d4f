"""The nouns: time ranges, poses, descriptions, bouts, recordings. Knows no file and no window."""
