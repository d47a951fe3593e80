"""Hand records out as a bag (RFC 8493) with proofs and an index that opens without us."""
