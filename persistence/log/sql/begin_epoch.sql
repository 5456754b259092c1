-- Begin the epoch number $1 at the position $2, here; its id is that of the log from now on.
WITH begun AS (
    INSERT INTO log_epochs (
        number, id, first_position,
        system_identifier, timeline, database, log_file, server_started_at
    )
    SELECT $1, gen_random_uuid(), $2, p.* FROM log_place() AS p
    RETURNING id
)
UPDATE log_head SET log_id = begun.id FROM begun
