"""`kanal doctor`: whether a service with these settings could run here, check by check."""
