-- Note that the log, in its latest epoch, is served by this server and database.
UPDATE log_epochs AS e
SET (system_identifier, timeline, database, log_file, server_started_at) =
    (p.system_identifier, p.timeline, p.database, p.log_file, p.server_started_at)
FROM log_place() AS p
WHERE e.number = (SELECT max(number) FROM log_epochs)
