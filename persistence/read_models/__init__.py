"""Where read models are kept, and how far each has come; it knows none of them by name."""
