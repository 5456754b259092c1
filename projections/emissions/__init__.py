"""What an event says on the sockets, and to whom; pure functions."""
