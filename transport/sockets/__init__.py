"""A socket's events, from a client's `auth` or command to its answer or error."""
