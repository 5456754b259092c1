-- Epochs: the stretches of the log in which no position was given out twice. A log that loses its
-- end (a replica without it is promoted, an older backup is restored, a dump is taken in elsewhere)
-- gives positions out anew, so what follows belongs to another epoch. Its id is the log's id from
-- there on: log_head.log_id is that of the latest.
--
-- The other columns are what log_place() answered when the log was served last in that epoch.
-- `persistence/log/epoch_check.py` compares them with the place that a new connection leads to.
CREATE TABLE log_epochs (
    number int PRIMARY KEY,
    id uuid NOT NULL UNIQUE,
    first_position bigint NOT NULL,
    began_at timestamptz NOT NULL DEFAULT now(),
    system_identifier bigint,
    timeline text,
    database oid,
    log_file oid,
    server_started_at timestamptz
);

INSERT INTO log_epochs (number, id, first_position) SELECT 1, log_id, 1 FROM log_head;

-- The place of the log: everything that is different where another copy of the log is served. The
-- file of the table changes with each restore of a dump, and with VACUUM FULL. What a server does
-- not tell is NULL: a managed one may hide its control file, and a standby writes to no timeline.
-- The timeline is taken from the name of the segment that is being written, which changes with a
-- promotion at once; the control file follows at the next checkpoint.
CREATE FUNCTION log_place(
    OUT system_identifier bigint, OUT timeline text, OUT database oid, OUT log_file oid,
    OUT server_started_at timestamptz
) LANGUAGE plpgsql AS $$
BEGIN
    database := (SELECT oid FROM pg_database WHERE datname = current_database());
    log_file := pg_relation_filenode('stored_events');
    server_started_at := pg_postmaster_start_time();
    BEGIN
        system_identifier := (SELECT c.system_identifier FROM pg_control_system() AS c);
    EXCEPTION WHEN OTHERS THEN
        system_identifier := NULL;
    END;
    BEGIN
        timeline := left(pg_walfile_name(pg_current_wal_lsn()), 8);
    EXCEPTION WHEN OTHERS THEN
        timeline := NULL;
    END;
END
$$;
