"""The channel list: the projection that writes its rows, and their reader."""
