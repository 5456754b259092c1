-- An append says in its notification whom it concerns: `concerned` is put behind the position (see
-- `persistence/log/concern.py`). Nodes of an older version give none, and then it concerns all; they
-- wake up whatever is behind the position.
DROP FUNCTION append_commands(int[], uuid[], bigint[], text[], bytea[], text[]);

CREATE FUNCTION append_commands(
    sizes int[], originator_ids uuid[], versions bigint[], topics text[], states bytea[],
    workspace_ids text[], concerned text DEFAULT ''
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
        PERFORM pg_notify('kanal_log', (base + accepted)::text || concerned);
    END IF;
    RETURN firsts;
END
$$;
