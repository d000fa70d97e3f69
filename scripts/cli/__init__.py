"""The command line ``sangkien``: translate arguments in, tables or JSON out.

Exit codes: 0 done · 1 an error that is told · 2 wrong use or bad input · 3 not found · 4 conflict
(nothing was written) · 5 not available now, try again · 130 interrupted.
"""

from scripts.cli.main import app, main

__all__ = ["app", "main"]
