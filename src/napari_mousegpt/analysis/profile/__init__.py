"""What an animal does: budgets, transitions, places; as tables and figures."""
