-- How far the webhooks have come that the objects of $1 are of, each unless an operator has changed since
-- what is sent to it: it is then not among the ids that are returned.
UPDATE webhooks SET
    log = noted.log, position = noted.position, ahead = noted.ahead,
    failing_since = noted.failing_since, attempts = noted.attempts, last_status = noted.last_status,
    last_error = noted.last_error, last_attempt_at = noted.last_attempt_at,
    next_attempt_at = clock_timestamp() + make_interval(secs => noted.next_attempt_in),
    state = CASE WHEN noted.gives_up AND state = 'active' THEN 'failing' ELSE state END
FROM jsonb_to_recordset($1) AS noted (
    id uuid, revision bigint, log uuid, position bigint, ahead bigint[], failing_since timestamptz,
    attempts int, last_status int, last_error text, last_attempt_at timestamptz,
    next_attempt_in float8, gives_up boolean
)
WHERE webhooks.id = noted.id AND webhooks.revision = noted.revision
RETURNING webhooks.id
