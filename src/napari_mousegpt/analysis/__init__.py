"""Tables to tables: agreement, clusters, profiles, statistics. Knows no window and no video."""
