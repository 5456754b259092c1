-- Say that node $1 is there, and answer all other nodes of the last minute.
-- $2 its URL, or NULL: the address that it connects from, with the port $3, unless that is 0,
-- by the scheme $9. $4 its socket, $5 its
-- version, $6 for how many seconds it runs, $7 its position, $8 its connections.
WITH forgotten AS (
    DELETE FROM nodes WHERE id IN (
        SELECT id FROM nodes WHERE seen < clock_timestamp() - interval '1 minute'
        FOR UPDATE SKIP LOCKED
    )
), written AS (
    INSERT INTO nodes (id, url, socket, version, since, position, connections, seen)
    VALUES (
        $1,
        coalesce($2, CASE WHEN $3::int > 0 THEN CASE family(inet_client_addr())
            WHEN 4 THEN format('%s://%s:%s', $9::text, host(inet_client_addr()), $3::int)
            WHEN 6 THEN format('%s://[%s]:%s', $9::text, host(inet_client_addr()), $3::int)
        END END),
        $4, $5, clock_timestamp() - make_interval(secs => $6), $7, $8, clock_timestamp()
    )
    ON CONFLICT (id) DO UPDATE SET
        url = excluded.url, position = excluded.position, connections = excluded.connections,
        seen = excluded.seen
)
SELECT extract(epoch FROM clock_timestamp())::float8 AS now,
    (SELECT key FROM node_key) AS key,
    ARRAY(
        SELECT (id, url, socket, extract(epoch FROM clock_timestamp() - seen)::float8)
        FROM nodes WHERE id <> $1
    ) AS others
