-- How many events the workspaces $1 have beyond the position $2, counted up to $3.
SELECT count(*) FROM (
    SELECT FROM unnest($1::text[]) AS wanted (workspace_id)
    CROSS JOIN LATERAL (
        SELECT FROM stored_events
        WHERE workspace_id = wanted.workspace_id AND notification_id > $2
        ORDER BY notification_id LIMIT $3
    ) AS found LIMIT $3
) AS counted
