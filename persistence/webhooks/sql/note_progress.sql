-- Of the webhook $1 at revision $2: everything up to $3 is delivered, in the log $5, and $4 beyond.
-- $6 is what its receiver has answered to that, or NULL where nothing of it was for the receiver.
UPDATE webhooks SET
    position = $3, ahead = $4, log = $5, last_status = coalesce($6, last_status),
    last_attempt_at = CASE WHEN $6 IS NULL THEN last_attempt_at ELSE now() END
WHERE id = $1 AND revision = $2 AND position <= $3
