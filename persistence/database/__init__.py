"""Connections to Postgres, the schema of its tables, and the server that Kanal brings along."""
