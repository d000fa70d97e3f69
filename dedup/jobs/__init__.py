"""The jobs: follow the archive, screen, file, import, re-scan, decide. They know ports alone."""
