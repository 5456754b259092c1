"""The composition root: settings in, the parts of one node wired, served and stopped."""
