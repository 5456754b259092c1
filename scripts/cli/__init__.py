"""The commands of `kanal`, a file each."""
