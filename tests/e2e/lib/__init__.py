"""Two database hosts, a client and keepalived between them, on one machine."""
