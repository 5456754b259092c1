-- Both halves of a user's list are read in its order, and no further than a page: the public
-- channels of the workspace, and those private ones that the user is a member of.
ALTER TABLE channel_list_members ADD COLUMN workspace_id text, ADD COLUMN created_position bigint;

UPDATE channel_list_members AS m
SET workspace_id = c.workspace_id, created_position = c.created_position
FROM channel_list AS c WHERE c.channel_id = m.channel_id;

ALTER TABLE channel_list_members
    ALTER COLUMN workspace_id SET NOT NULL, ALTER COLUMN created_position SET NOT NULL;

CREATE INDEX channel_list_members_page_idx
    ON channel_list_members (workspace_id, user_id, created_position);

DROP INDEX channel_list_page_idx;
CREATE UNIQUE INDEX channel_list_page_idx ON channel_list (workspace_id, created_position)
    WHERE NOT is_private;
