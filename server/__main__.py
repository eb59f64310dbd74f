"""``python -m server`` is ``baowen``."""

from server.cli import main

if __name__ == "__main__":  # worker processes import this file, too
    main(prog_name="baowen")
