"""The feed: what other services read of the log, as events of a contract of its own."""
