"""What is derived from the log: read models, emissions and views; it knows no transport."""
