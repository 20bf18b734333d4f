"""Short films of rendered mice whose facts are known exactly. Knows no network and no words."""
