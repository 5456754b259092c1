-- Of the webhook $1 at revision $2: an attempt has failed, with the status $3, or NULL without one,
-- because of $4. The next one is in $5 seconds; there is none where that is NULL.
UPDATE webhooks SET
    last_status = $3, last_error = $4, last_attempt_at = now(),
    next_attempt_at = now() + make_interval(secs => $5), attempts = attempts + 1,
    failing_since = coalesce(failing_since, now()),
    state = CASE WHEN $5 IS NULL AND state = 'active' THEN 'failing' ELSE state END
WHERE id = $1 AND revision = $2
