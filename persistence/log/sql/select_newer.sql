-- At most $4 events of each of the streams $1 beyond the versions $2, at positions up to $3.
-- LATERAL makes it one short index scan for each stream, whatever the planner thinks of their size.
SELECT newer.* FROM unnest($1::uuid[], $2::bigint[]) AS known (stream_id, version)
CROSS JOIN LATERAL (
    SELECT originator_id, originator_version, topic, state, notification_id, workspace_id
    FROM stored_events
    WHERE originator_id = known.stream_id AND originator_version > known.version
    ORDER BY originator_version LIMIT $4
) AS newer
WHERE newer.notification_id <= coalesce($3, 9223372036854775807)
