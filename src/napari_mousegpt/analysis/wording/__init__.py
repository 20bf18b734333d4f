"""What descriptions state, fact by fact, and whether it is so. Knows tables, no file, no model."""
