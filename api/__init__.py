"""HTTP: translate in, call the jobs, translate out."""
