"""What an event says on the sockets; who may hear it is asked of `domain.visibility`."""
