-- Bring rows up to date from arrays with one element for a channel. NULL for a name or a privacy
-- means that it stays as it is; a description may become NULL, so a flag says whether it is set.
UPDATE channel_list AS c SET
    name = coalesce(u.name, c.name),
    description = CASE WHEN u.sets_description THEN u.description ELSE c.description END,
    is_private = coalesce(u.is_private, c.is_private),
    updated_at = u.updated_at, version = u.version, position = u.position
FROM unnest($1::uuid[], $2::text[], $3::bool[], $4::text[], $5::bool[], $6::timestamptz[],
        $7::bigint[], $8::bigint[])
    AS u (channel_id, name, sets_description, description, is_private, updated_at, version,
        position)
WHERE c.channel_id = u.channel_id
