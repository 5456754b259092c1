"""The webhooks of a log: where its events are sent, for whom an operator has registered it, and how
far that has come. It knows the database alone; who sends, and what, is decided elsewhere."""
