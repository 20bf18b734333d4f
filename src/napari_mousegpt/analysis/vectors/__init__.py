"""Words and movement as vectors in one space."""
