-- A page of the channels of the workspace $1 that the user $2 may see, and the position that the
-- list reflects (model $5, version $6): at most $4 channels beyond the place $3. Who may see a
-- channel is what `domain/visibility.py` says: all of the workspace a public one, its members a
-- private one; of a deleted one there is no row. Each half reads no further than a page, along the
-- index in its order.
SELECT model.position AS reflected, (SELECT log_id FROM log_head) AS log_id, page.*
FROM (SELECT position FROM checkpoints WHERE name = $5 AND version = $6) AS model
LEFT JOIN (
    (
        SELECT * FROM {schema}.channel_list
        WHERE workspace_id = $1 AND NOT is_private AND created_position > $3
        ORDER BY created_position LIMIT $4
    )
    UNION ALL
    (
        SELECT c.* FROM {schema}.channel_list_members AS m
        JOIN {schema}.channel_list AS c USING (channel_id)
        WHERE m.workspace_id = $1 AND m.user_id = $2 AND m.created_position > $3 AND c.is_private
        ORDER BY m.created_position LIMIT $4
    )
    ORDER BY created_position LIMIT $4
) AS page ON true
ORDER BY page.created_position
