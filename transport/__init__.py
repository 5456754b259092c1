"""The service's outside: HTTP and sockets, from a request to its answer; it knows no database
driver."""
