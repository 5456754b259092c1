-- Append the events of many commands in one transaction and one round trip.
--
-- sizes holds the number of events of each command; the other arrays hold one element an event.
-- Answers, command by command, the position of its first event, or NULL where one of its
-- versions was taken: a conflict fails its own command and never a neighbour.
--
-- Conflicts are rare, so all rows go in at once and the batch is sorted out, command by command,
-- only when that raises. Checking for conflicts first would cost every batch, and a planner that
-- has seen a large table joins against all of it.
CREATE FUNCTION append_commands(
    sizes int[], originator_ids uuid[], versions bigint[], topics text[], states bytea[],
    workspace_ids text[]
) RETURNS bigint[] LANGUAGE plpgsql AS $$
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
