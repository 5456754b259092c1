-- Take the lock of the model $1 where nobody has it, and read all checkpoints. Where somebody has it
-- who has said nothing to the server for $2 seconds, end that session: the lock is free next time.
WITH key AS (
    SELECT {key} AS key
), lock AS MATERIALIZED (
    SELECT key, pg_try_advisory_lock(key) AS is_taken FROM key
), ended AS MATERIALIZED (
    SELECT pg_terminate_backend(holder.pid)
    FROM lock, pg_locks AS held JOIN pg_stat_activity AS holder USING (pid)
    WHERE NOT is_taken AND held.locktype = 'advisory' AND held.granted AND held.objsubid = 1
        AND held.database = (SELECT oid FROM pg_database WHERE datname = current_database())
        AND (held.classid::bigint << 32) | held.objid::bigint = key
        AND holder.usename = current_user AND holder.wait_event = 'ClientRead'
        AND holder.state_change < clock_timestamp() - make_interval(secs => $2)
)
SELECT is_taken, (SELECT count(*) FROM ended) AS ended, name, version, position
FROM lock LEFT JOIN checkpoints ON true
