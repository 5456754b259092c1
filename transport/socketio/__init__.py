"""The libraries under the sockets, with what they leave open closed; it knows no channel, actor or
log."""
