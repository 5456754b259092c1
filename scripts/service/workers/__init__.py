"""Several processes that share the port, each a whole node, and the parent that keeps them running.
Nodes know nothing of it but what `as_worker.py` gives them."""
