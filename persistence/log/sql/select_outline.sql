-- What the next $2 events beyond the position $1 are about, by workspace: how many they are, the last
-- position, the last one whose topic is none of $3, and whether one has a topic of $4.
SELECT workspace_id, count(*) AS events, max(notification_id) AS position,
    max(notification_id) FILTER (WHERE topic <> ALL ($3::text[])) AS changed,
    bool_or(topic = ANY ($4::text[])) AS concerns_all
FROM (
    SELECT workspace_id, topic, notification_id FROM stored_events
    WHERE notification_id > $1 ORDER BY notification_id LIMIT $2
) AS next
GROUP BY workspace_id
