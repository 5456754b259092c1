"""Where the service listens: at a port, at a socket of the file system, or at a socket that systemd
hands over; and with which certificate, where TLS ends here."""
