"""Files in and out: videos, poses, labels, recording folders. Knows no model and no window."""
