-- The channel list, a read model: `projections/channel_list.py` writes and reads it.
CREATE TABLE channel_list (
    channel_id uuid PRIMARY KEY,
    workspace_id text NOT NULL,
    name text NOT NULL,
    description text,
    is_private boolean NOT NULL,
    creator_id text NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    version bigint NOT NULL,
    position bigint NOT NULL,
    created_position bigint NOT NULL
);

CREATE UNIQUE INDEX channel_list_page_idx ON channel_list (workspace_id, created_position);

CREATE TABLE channel_list_members (
    channel_id uuid NOT NULL,
    user_id text NOT NULL,
    PRIMARY KEY (channel_id, user_id)
);
