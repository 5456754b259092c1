"""Who has been told what: sessions, what is live, and what was missed; it knows no token and no
command."""
