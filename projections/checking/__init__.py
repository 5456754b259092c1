"""Whether a read model, or the log itself, is as it should be."""
