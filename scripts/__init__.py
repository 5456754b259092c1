"""The program `kanal`: its commands, and the one place where the parts of the service are wired."""
