"""Restore a workspace: unpack, follow the newer ledger, and only then open it (docs/adr/0011)."""
