-- The position of the first event of any of the workspaces $1 beyond $2, one index scan for each.
SELECT min(first.notification_id) FROM unnest($1::text[]) AS wanted (workspace_id)
CROSS JOIN LATERAL (
    SELECT notification_id FROM stored_events
    WHERE workspace_id = wanted.workspace_id AND notification_id > $2
    ORDER BY notification_id LIMIT 1
) AS first
