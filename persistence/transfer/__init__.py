"""The whole log as a file, out and in."""
