-- Whether this server is a copy of the one that served the log last, as its epochs have it: a
-- standby, which writes to no timeline, or that server itself.
SELECT (e.system_identifier, e.database, e.log_file)
        IS NOT DISTINCT FROM (p.system_identifier, p.database, p.log_file)
    AND coalesce(p.timeline, e.timeline) IS NOT DISTINCT FROM e.timeline
FROM log_place() AS p,
    LATERAL (SELECT * FROM log_epochs ORDER BY number DESC LIMIT 1) AS e
