-- Set the session's settings ($1 names, $2 values) and read them back, and what else is to be known
-- of the server and the session. `mark` is the setting $3 as it was before, which a new session
-- lacks.
WITH before AS MATERIALIZED (
    SELECT current_setting($3, true) AS mark
), setting AS MATERIALIZED (
    SELECT mark, name, place, set_config(name, value, false)
    FROM before, unnest($1::text[], $2::text[]) WITH ORDINALITY AS wanted (name, value, place)
)
SELECT pg_backend_pid(), pg_is_in_recovery(), current_setting('server_encoding'),
    max(mark), array_agg(current_setting(name) ORDER BY place)
FROM setting
