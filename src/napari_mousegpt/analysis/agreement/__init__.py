"""How far people, models and rules agree. Knows tables, no file."""
