-- All that an operator may change of the webhook $1; $13 the revision that it has then.
UPDATE webhooks SET
    url = $2, workspaces = $3, types = $4, description = $5, state = $6, log = $7, position = $8,
    ahead = $9, secret = $10, previous_secret = $11, previous_secret_until = $12, revision = $13,
    failing_since = $14, attempts = $15, next_attempt_at = $16
WHERE id = $1
