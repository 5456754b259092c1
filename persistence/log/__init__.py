"""The log in Postgres: appended to, read, followed, and recognised after a restart or a restore."""
