-- Snapshots: the state of a long stream at some of its versions. Derived from the log: deleting any
-- of them costs time and nothing else. The columns are those of stored_events; notification_id is
-- the position of the event that the state includes last.
CREATE TABLE snapshots (
    originator_id uuid NOT NULL,
    originator_version bigint NOT NULL,
    topic text NOT NULL,
    state bytea NOT NULL,
    notification_id bigint NOT NULL,
    workspace_id text,
    PRIMARY KEY (originator_id, originator_version)
);
