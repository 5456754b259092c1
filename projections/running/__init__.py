"""How a read model follows the log, and how it is rebuilt beside the live one."""
