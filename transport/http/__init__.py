"""The HTTP routes, from a request to its answer, and what we mend in Sanic; it knows no socket."""
