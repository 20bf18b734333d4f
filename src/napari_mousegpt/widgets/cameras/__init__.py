"""Several cameras of one recording: which are looked at, their tiles, and how to switch."""
