"""Centrifugo as a peer: built where there is Go, served with `peers/centrifugo/config.json`, and
spoken to in its own protocol. A workspace is a channel, with history and recovery."""
