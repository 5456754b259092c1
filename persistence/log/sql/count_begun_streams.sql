-- How many more streams of a workspace have begun than ended, by the topics of their first and last
-- events, beyond a position; and the position of the last event that was looked at.
SELECT
    count(*) FILTER (WHERE topic = $2) - count(*) FILTER (WHERE topic = $3) AS streams,
    coalesce(max(notification_id), $4) AS upto
FROM stored_events
WHERE workspace_id = $1 AND notification_id > $4
