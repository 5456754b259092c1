-- What a heartbeat asks: where the log ends; of the models $1, those whose lease nobody has, or somebody
-- who has said nothing for $2 seconds; and all checkpoints.
SELECT (SELECT coalesce(max(notification_id), 0) FROM stored_events) AS head, ARRAY(
    SELECT sought.name FROM unnest($1::text[]) AS sought (name)
    WHERE NOT EXISTS (
        SELECT FROM pg_locks AS held JOIN pg_stat_activity AS holder USING (pid)
        WHERE held.locktype = 'advisory' AND held.granted AND held.objsubid = 1
            AND holder.datname = current_database() AND held.database = holder.datid
            AND (held.classid::bigint << 32) | held.objid::bigint
                = hashtextextended('kanal:' || sought.name, 0)
            AND (
                holder.usename = current_user AND holder.wait_event = 'ClientRead'
                AND holder.state_change < clock_timestamp() - make_interval(secs => $2)
            ) IS NOT TRUE
    )
) AS free, checkpoint.name, checkpoint.version, checkpoint.position
FROM (VALUES (true)) AS beat LEFT JOIN checkpoints AS checkpoint ON true
