"""Pose files, one module per format and the parts they share. Knows no video and no recording."""
