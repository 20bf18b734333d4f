"""The chains that join rooms: import, caption. Each long job is a generator."""
