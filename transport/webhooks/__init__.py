"""Sends the log to webhooks, as the operators have registered them: what may be connected to, what
is sent, in which order, when again, and by which node. It knows no route and no socket."""
