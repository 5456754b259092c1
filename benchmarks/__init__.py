"""What Kanal does in a second, each figure beside its peers' in the same run."""
