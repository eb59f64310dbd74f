"""Services that tests talk to over a real connection: ``baowen serve`` as a person starts it, or an application in a thread."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from werkzeug.serving import make_server


@contextmanager
def served(index: Path, state: Path, **settings: str) -> Iterator[str]:
    """The address of a service over ``index`` that lives as long as the block; ``settings`` as BAOWEN_* variables name them."""
    ours = {"STATE": str(state), "WORKERS": "1", "CONFIG": "", **settings}
    env = {name: value for name, value in os.environ.items() if not name.startswith("BAOWEN_")}
    env |= {f"BAOWEN_{name}": value for name, value in ours.items()}
    command = [sys.executable, "-m", "server", "serve", "--index", str(index), "--port", "0"]
    process = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert process.stdout
        address = next((found for line in process.stdout if (found := re.search(r"http://\S+", line))), None)
        assert address, "the service did not start"
        yield address.group().rstrip("/")
    finally:
        process.terminate()
        process.wait(15)
        process.stdout.close()  # type: ignore[union-attr]


@contextmanager
def listening(app: Flask) -> Iterator[str]:
    """The address of an application that listens as long as the block: without what ``baowen serve`` adds, and sooner."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
