"""Papers of the archive: opinion sheets, those of a destruction batch, incidents, the yearly report."""
