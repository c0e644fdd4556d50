"""One reader per provider, all of the form `read(paths, places=None) -> Reading`."""
