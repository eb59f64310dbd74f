"""``python -m server`` is ``baowen``."""

from server.cli import main

main(prog_name="baowen")
