"""The log on stderr: for people a line of text, for machines one JSON object a line. Rotation is left to the platform."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime

from server.settings import Settings

PACKAGES = ("server", "retriever", "embeddings")


def log_to_stderr(settings: Settings) -> None:
    """Our own lines at the level of the settings; libraries only when something is wrong."""
    handler = logging.StreamHandler()
    handler.setFormatter(
        JsonLines()
        if settings.log_format == "json"
        else logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s")
    )
    # No line tells from where in the source it comes, and to look that up takes 10 µs a request (logging HOWTO, "Optimization").
    logging._srcfile = None
    logging.basicConfig(handlers=[handler], level=logging.WARNING)
    for package in PACKAGES:
        logging.getLogger(package).setLevel(settings.log_level.upper())


class JsonLines(logging.Formatter):
    """What a line was logged with as ``extra={"facts": …}`` stands in the object by its names."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "facts", {}),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)
