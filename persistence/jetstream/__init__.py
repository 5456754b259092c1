"""The log as a stream of NATS JetStream: its names and messages, for those who publish it and those
who follow it."""
