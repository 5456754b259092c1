-- Read models are kept apart by the version of their projection, each in a schema of its own that the
-- projection's runner makes. What was here before is derived from the log, and is built anew.
DROP TABLE channel_list, channel_list_members, snapshots;
DELETE FROM checkpoints;

ALTER TABLE checkpoints
    ADD COLUMN version int NOT NULL,
    DROP CONSTRAINT checkpoints_pkey,
    ADD PRIMARY KEY (name, version);
