INSERT INTO webhooks (
    id, url, workspaces, types, description, state, log, position, ahead,
    secret, previous_secret, previous_secret_until
) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
