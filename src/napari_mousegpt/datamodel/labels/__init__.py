"""Labels as values: bouts with identity, edits, undo. Knows no file and no window."""
