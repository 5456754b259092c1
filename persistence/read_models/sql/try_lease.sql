-- Take the advisory lock of the model $1 where nobody has it, and read all checkpoints.
WITH lock AS MATERIALIZED (
    SELECT pg_try_advisory_lock(hashtextextended('kanal:' || $1, 0)) AS is_taken
)
SELECT is_taken, name, version, position FROM lock LEFT JOIN checkpoints ON true
