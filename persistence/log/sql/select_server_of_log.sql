-- The head of the log, and whether this server and database are those that served its latest epoch
-- last. `is_pristine`: no event was ever appended, and nobody has served the log. A server may fail to read its control file
-- for a moment, as where a directory above its own is closed to it; while it has not been restarted
-- it is still the same server. `has_last_seen`: the event at the position $1 is that of the stream $2, the
-- version $3 and the state $4; so it is where no event was seen, which $1 says with 0.
SELECT h.log_id, h.position, p.system_identifier, p.timeline,
    extract(epoch FROM clock_timestamp() - p.server_started_at)::float8 AS uptime,
    e.database IS NULL AND h.position = 0 AND e.number = 1 AS is_pristine,
    (e.timeline, e.database, e.log_file) IS NOT DISTINCT FROM (p.timeline, p.database, p.log_file)
        AND (
            e.system_identifier IS NOT DISTINCT FROM p.system_identifier
            OR (e.system_identifier = p.system_identifier) IS NULL
                AND e.server_started_at = p.server_started_at
        ) AS is_same_place,
    e.server_started_at IS NOT DISTINCT FROM p.server_started_at AS is_same_start,
    $1::bigint = 0 OR EXISTS (
        SELECT FROM stored_events
        WHERE notification_id = $1 AND originator_id = $2::uuid
            AND originator_version = $3::bigint AND state = $4::bytea
    ) AS has_last_seen
FROM log_head AS h, log_place() AS p,
    LATERAL (SELECT * FROM log_epochs ORDER BY number DESC LIMIT 1) AS e
