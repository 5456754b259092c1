"""Tracing: spans of a command from its request over the append to each node's delivery, sent to a
collector by OpenTelemetry. With it off none of this is imported but `parts`, and nothing of it
runs."""
