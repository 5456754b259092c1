-- The events. The table is eventsourcing's own (its PostgresApplicationRecorder reads it), but for
-- two things: notification_id, the position, has no default, so that a writer which bypasses
-- log_head fails instead of breaking the order; and workspace_id, by which a reader catches up.
CREATE TABLE stored_events (
    originator_id uuid NOT NULL,
    originator_version bigint NOT NULL,
    topic text,
    state bytea,
    notification_id bigint NOT NULL,
    workspace_id text,
    PRIMARY KEY (originator_id, originator_version)
) WITH (
    autovacuum_vacuum_insert_scale_factor = 0.05,
    autovacuum_analyze_scale_factor = 0.02
);

CREATE UNIQUE INDEX stored_events_notification_id_idx ON stored_events (notification_id);

-- A workspace's own events in order, for those who were away: they read no others.
CREATE INDEX stored_events_workspace_idx ON stored_events (workspace_id, notification_id);

-- The head: one row, locked by each append until it commits. So positions are given out in commit
-- order and without holes, even where a transaction rolls back.
CREATE TABLE log_head (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    log_id uuid NOT NULL DEFAULT gen_random_uuid(),
    position bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 10);

INSERT INTO log_head DEFAULT VALUES;
