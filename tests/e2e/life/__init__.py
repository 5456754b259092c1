"""The whole life of a channel, over HTTP and over sockets."""
