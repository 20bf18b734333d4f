"""Labels on disk: the journal, its session, lock, snapshots and mending."""
