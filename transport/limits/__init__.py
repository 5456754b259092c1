"""The limits: how much one user, one address and one node may ask for, and whose turn it is where
several wait. It knows no channel, no log, and neither HTTP routes nor socket events."""
