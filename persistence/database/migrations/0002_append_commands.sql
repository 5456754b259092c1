-- Give out positions: append the events of many commands in one transaction and one round trip.
--
-- `sizes` holds the number of events of each command; each of the other arrays has one element for
-- an event. The answer has one element for a command: the position of its first event, or NULL
-- where one of its versions was taken. A conflict fails its own command and never a neighbour.
--
-- Conflicts are rare, so all rows are inserted at once, and only when that raises is the batch gone
-- through command by command. Checking for conflicts first would cost every batch something, and a
-- planner that has statistics of a large table joins with all of it.
--
-- The lock is that of the head row. It times out (`persistence/database/time_budget.py`) before the
-- caller does: the append that holds it may wait for a synchronous replica as long as there is
-- none, and every later append would leave a backend waiting behind it.
CREATE FUNCTION append_commands(
    sizes int[], originator_ids uuid[], versions bigint[], topics text[], states bytea[],
    workspace_ids text[]
) RETURNS bigint[] LANGUAGE plpgsql SET lock_timeout = '3500ms' AS $$
DECLARE
    base bigint;
    accepted bigint := cardinality(originator_ids);
    firsts bigint[] := '{}';
    skipped int := 0;
    violated text;
BEGIN
    UPDATE log_head SET position = position + accepted RETURNING position - accepted INTO base;
    BEGIN
        INSERT INTO stored_events
            (originator_id, originator_version, topic, state, workspace_id, notification_id)
        SELECT e.originator_id, e.version, e.topic, e.state, e.workspace_id, base + e.place
        FROM unnest(originator_ids, versions, topics, states, workspace_ids) WITH ORDINALITY
            AS e (originator_id, version, topic, state, workspace_id, place);
        FOR i IN 1 .. cardinality(sizes) LOOP
            firsts := firsts || (base + skipped + 1);
            skipped := skipped + sizes[i];
        END LOOP;
    EXCEPTION WHEN unique_violation THEN
        accepted := 0;
        FOR i IN 1 .. cardinality(sizes) LOOP
            BEGIN
                INSERT INTO stored_events
                    (originator_id, originator_version, topic, state, workspace_id,
                     notification_id)
                SELECT originator_ids[n], versions[n], topics[n], states[n], workspace_ids[n],
                    base + accepted + n - skipped
                FROM generate_series(skipped + 1, skipped + sizes[i]) AS n;
                firsts := firsts || (base + accepted + 1);
                accepted := accepted + sizes[i];
            EXCEPTION WHEN unique_violation THEN
                GET STACKED DIAGNOSTICS violated = CONSTRAINT_NAME;
                IF violated <> 'stored_events_pkey' THEN
                    RAISE EXCEPTION 'position % is taken: something wrote past log_head',
                        base + accepted + 1;
                END IF;
                firsts := firsts || NULL::bigint;
            END;
            skipped := skipped + sizes[i];
        END LOOP;
        UPDATE log_head SET position = base + accepted;
    END;
    IF accepted > 0 THEN
        PERFORM pg_notify('kanal_log', (base + accepted)::text);
    END IF;
    RETURN firsts;
END
$$;
