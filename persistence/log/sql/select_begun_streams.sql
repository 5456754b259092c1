-- Of the first $5 events of the workspace $1 at positions in ($3, $4], those with the topic $2. The
-- last of the $5 is always among the rows: the next page begins after it.
SELECT originator_id, notification_id, topic = $2 AS begins, number FROM (
    SELECT originator_id, topic, notification_id,
        row_number() OVER (ORDER BY notification_id) AS number
    FROM stored_events
    WHERE workspace_id = $1 AND notification_id > $3 AND notification_id <= $4
    ORDER BY notification_id LIMIT $5
) AS looked
WHERE topic = $2 OR number = $5
ORDER BY notification_id
