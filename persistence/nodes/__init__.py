"""The nodes of one log, as the database knows them: who they are, where the others reach them, and
the key that only they have."""
