"""The shapes of what operators are answered, and of what the nodes tell each other for that."""
