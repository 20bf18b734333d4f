"""What is unlike the rest, and what a group does that its controls never do."""
