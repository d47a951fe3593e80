"""PDF/A in bulk: LibreOffice lays out what differs once, and every document is put together from that."""
