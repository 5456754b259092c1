"""Whose access was taken back: a read model, which each node reads when it begins to follow."""
