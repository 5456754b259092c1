"""What is computed from the log when somebody asks: history, members, the past."""
