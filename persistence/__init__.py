"""The log and what is derived from it, in Postgres; it knows no transport."""
