"""What the log means to a reader: read models that are built, and emissions that are sent."""
