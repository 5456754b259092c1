-- Webhooks: where the events of the log are sent, as operators have registered it, and how far that
-- has come. `persistence/webhooks/webhook.py` says what each column means. A row is an operator's
-- setting of this database and no event: a log that is taken in elsewhere sends to nobody.
CREATE TABLE webhooks (
    id uuid PRIMARY KEY,
    revision bigint NOT NULL DEFAULT 1,
    url text NOT NULL,
    workspaces text[],
    types text[],
    description text,
    state text NOT NULL CHECK (state IN ('active', 'paused', 'failing')),
    log uuid NOT NULL,
    position bigint NOT NULL,
    ahead bigint[] NOT NULL DEFAULT '{}',
    secret text NOT NULL,
    previous_secret text,
    previous_secret_until timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    failing_since timestamptz,
    attempts int NOT NULL DEFAULT 0,
    last_status int,
    last_error text,
    last_attempt_at timestamptz,
    next_attempt_at timestamptz,
    CHECK ((previous_secret IS NULL) = (previous_secret_until IS NULL))
) WITH (fillfactor = 50);
