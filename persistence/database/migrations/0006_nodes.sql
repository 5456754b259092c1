-- Nodes: the processes that serve this log, as each of them says of itself every two seconds. The
-- table is unlogged: what it holds is out of date in six seconds anyway, so it need not survive a
-- crash of the server, nor be on a replica, and it costs no write-ahead log.
--
-- `url` and `socket` say where the other nodes reach the node: a socket of the file system where
-- they find it, else the URL.
CREATE UNLOGGED TABLE nodes (
    id text PRIMARY KEY,
    url text,
    socket text,
    version text NOT NULL,
    since timestamptz NOT NULL,
    position bigint NOT NULL,
    connections int NOT NULL,
    seen timestamptz NOT NULL
) WITH (fillfactor = 20);

-- The key by which nodes of this log know each other: 244 random bits, hashed.
CREATE TABLE node_key (key bytea NOT NULL);

INSERT INTO node_key
SELECT sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8'));
