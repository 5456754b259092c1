-- Of the webhook $1 at revision $2: an attempt has gone well, which was answered with $3.
UPDATE webhooks SET
    last_status = $3, last_error = NULL, last_attempt_at = now(),
    next_attempt_at = NULL, attempts = 0, failing_since = NULL
WHERE id = $1 AND revision = $2
