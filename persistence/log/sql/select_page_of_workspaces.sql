-- The first $3 events of any of the workspaces $1 beyond $2, one index scan for each, with the head
-- of the log, which is all there is where nothing is found.
SELECT found.*, log_head.position AS head FROM log_head LEFT JOIN (
    SELECT {columns} FROM (
        SELECT first.* FROM unnest($1::text[]) AS wanted (id)
        CROSS JOIN LATERAL (
            SELECT * FROM stored_events
            WHERE workspace_id = wanted.id AND notification_id > $2
            ORDER BY notification_id LIMIT $3
        ) AS first
    ) AS together
    ORDER BY notification_id LIMIT $3
) AS found ON true
ORDER BY notification_id
