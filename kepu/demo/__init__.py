"""An invented district to try the platform on. It acts only through services; nothing depends on it."""
