-- Of the first $3 events of any of the workspaces $1 beyond $2, one index scan for each, those of no
-- topic of $4; with the head of the log, and up to where that is all of them.
WITH page AS (
    SELECT first.* FROM unnest($1::text[]) AS wanted (id)
    CROSS JOIN LATERAL (
        SELECT * FROM stored_events
        WHERE workspace_id = wanted.id AND notification_id > $2
        ORDER BY notification_id LIMIT $3
    ) AS first
    ORDER BY notification_id LIMIT $3
)
SELECT
    found.*,
    log_head.position AS head,
    CASE
        WHEN (SELECT count(*) FROM page) = $3 THEN (SELECT max(notification_id) FROM page)
        ELSE log_head.position
    END AS upto
FROM log_head LEFT JOIN (SELECT {columns} FROM page WHERE topic <> ALL($4)) AS found ON true
ORDER BY notification_id
