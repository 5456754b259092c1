"""The feed over HTTP: pages of the log, and the log as a stream that goes on."""
