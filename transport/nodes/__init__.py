"""The other nodes: a link to each, over which a request goes to the node that has its session. It
knows no channel and no log, and of users only what a session is that moves."""
