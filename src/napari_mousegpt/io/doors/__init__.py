"""The doors foreign files come through: each refuses what could harm, and says why."""
