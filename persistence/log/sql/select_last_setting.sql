-- For each of the streams $1, the latest event of the topics $4 that sets a name, at versions beyond
-- $2 and up to $3. $5 is what the state of one that does holds.
SELECT named.*
FROM unnest($1::uuid[], $2::bigint[], $3::bigint[]) AS known (stream_id, after, upto)
CROSS JOIN LATERAL (
    SELECT originator_id, originator_version, topic, state, notification_id, workspace_id
    FROM stored_events
    WHERE originator_id = known.stream_id AND originator_version > known.after
        AND originator_version <= known.upto AND topic = ANY ($4::text[])
        AND position($5::bytea IN state) > 0
    ORDER BY originator_version DESC LIMIT 1
) AS named
