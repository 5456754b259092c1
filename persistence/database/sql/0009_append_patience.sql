-- An append that waits for the one before it gives up before its caller does. That one may wait for a
-- synchronous replica, for as long as there is none, and a backend for each would wait behind it.
ALTER FUNCTION append_commands SET lock_timeout = '3500ms';
