-- The latest snapshot of the stream $1 up to the version $2, if it has one, and the events after
-- it.
WITH snapshot AS (
    SELECT originator_id, originator_version, topic, state, notification_id, workspace_id
    FROM {snapshots}
    WHERE originator_id = $1 AND originator_version <= coalesce($2, 9223372036854775807)
    ORDER BY originator_version DESC LIMIT 1
)
SELECT originator_id, originator_version, topic, state, notification_id, workspace_id FROM snapshot
UNION ALL
SELECT originator_id, originator_version, topic, state, notification_id, workspace_id
FROM stored_events
WHERE originator_id = $1
    AND originator_version > coalesce((SELECT originator_version FROM snapshot), 0)
    AND originator_version <= coalesce($2, 9223372036854775807)
ORDER BY originator_version
