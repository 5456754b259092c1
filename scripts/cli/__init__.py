"""The subcommands of `kanal`, one file each."""
