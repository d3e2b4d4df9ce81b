"""`python -m hub.cli`."""

from . import main

main()
