"""The relay: publishes the log to a stream of NATS JetStream, for services and nodes to follow."""
