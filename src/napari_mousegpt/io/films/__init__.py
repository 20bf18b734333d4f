"""Films of any kind as arrays of frames: videos, image folders, stacks; indices and copies."""
