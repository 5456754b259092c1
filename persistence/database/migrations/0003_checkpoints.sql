-- Checkpoints: the position up to which each version of a read model reflects the log. The tables
-- of a read model are in a schema of their own, which its projection creates.
CREATE TABLE checkpoints (
    name text,
    position bigint NOT NULL,
    version int,
    PRIMARY KEY (name, version)
) WITH (fillfactor = 10);
