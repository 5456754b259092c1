"""The log as a stream of NATS JetStream: what its messages are, for those who publish and follow."""
