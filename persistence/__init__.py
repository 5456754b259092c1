"""The log in Postgres, over asyncpg: append, read, follow; and the database it lives in."""
