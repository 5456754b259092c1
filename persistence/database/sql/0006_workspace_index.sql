-- A workspace's own events in order, for those who were away: they read no others.
CREATE INDEX stored_events_workspace_idx ON stored_events (workspace_id, notification_id);
