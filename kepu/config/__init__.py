"""Settings, addresses and the WSGI door; the only place that reads the environment."""
