"""Office files in and out: spreadsheets, CSV and JSON lines to submissions, and records back to files."""
