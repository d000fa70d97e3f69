"""The routes of ``/api/v1``: each translates in, calls one job, translates out."""
