"""Official forms: field specs, reading spreadsheets, checking rows, filling templates, PDF."""
