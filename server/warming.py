"""What is done before the service says that it is ready, so that no reader's first page waits for it."""

from __future__ import annotations

import gc

from flask import Flask

from embeddings.errors import BaowenError
from server.issues import years_of
from server.messages.pages import FOR_SCRIPTS
from server.modules import modules_of
from server.service import Service
from server.traditional import page_texts

EXAMPLES_WITHIN_S = 0.4  # pages go on looking, a moment each


def warm(app: Flask, service: Service) -> None:
    """Compile the templates, gather the words of the pages, find the examples; nothing of it is looked through for garbage again."""
    for name in app.jinja_env.list_templates():
        app.jinja_env.get_template(name)
    for script in FOR_SCRIPTS:
        modules_of(script)
    page_texts(service.language)
    try:
        searcher = service.live.searcher()
    except BaowenError:
        return  # without an index there is nothing to get ready; whoever asks is told
    years_of(searcher)
    service.examples.of(searcher, moment_s=EXAMPLES_WITHIN_S)
    gc.collect()
    # What stays for good: otherwise some question has to wait, now and then, until all of it has been looked at.
    gc.freeze()
