"""What a channel is and may do; no I/O of its own."""
