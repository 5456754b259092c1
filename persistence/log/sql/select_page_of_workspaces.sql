-- The first $3 events of each of the workspaces $1 beyond $2, one index scan for each, without those of
-- the topics $4; up to where that is all of them, since a workspace that has given so many may have
-- more; with the head of the log.
WITH found AS (
    SELECT its.* FROM unnest($1::text[]) AS wanted (id)
    CROSS JOIN LATERAL (
        SELECT *, row_number() OVER (ORDER BY notification_id) AS number FROM (
            SELECT * FROM stored_events
            WHERE workspace_id = wanted.id AND notification_id > $2
            ORDER BY notification_id LIMIT $3
        ) AS first
    ) AS its
), looked AS (
    SELECT min(notification_id) FILTER (WHERE number = $3) AS upto FROM found
)
SELECT
    told.*,
    log_head.position AS head,
    coalesce(looked.upto, log_head.position) AS upto
FROM log_head CROSS JOIN looked LEFT JOIN (
    SELECT {columns} FROM found WHERE topic <> ALL($4)
) AS told ON told.notification_id <= coalesce(looked.upto, log_head.position)
ORDER BY notification_id
