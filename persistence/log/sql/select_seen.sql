-- Which of the seen events ($1 positions, $2 streams, $3 versions, $4 SHA-256 of the state) are
-- there.
SELECT seen.position
FROM unnest($1::bigint[], $2::uuid[], $3::bigint[], $4::bytea[])
    AS seen (position, stream_id, version, digest)
JOIN stored_events AS s ON s.notification_id = seen.position
    AND s.originator_id = seen.stream_id AND s.originator_version = seen.version
    AND sha256(s.state) = seen.digest
