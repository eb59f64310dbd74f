"""What a language model wrote beside an answer."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from server.schemas import examples
from server.schemas.asking import AskOut, CitationOut
from server.schemas.common import Out, with_example


class ComposedSentenceOut(Out):
    text: str
    citations: list[int] = Field(description="the n of each of the citations that bear the sentence out")


class ComposedOut(Out):
    """``text`` was written by a language model and may be wrong."""

    id: str = Field(description="that of the verbatim answer, ask.id")
    status: Literal["composed", "not_composed"]
    model: str | None = Field(description="which language model wrote it; null where none is set up")
    text: str | None = Field(description="null where nothing was composed")
    sentences: list[ComposedSentenceOut]
    citations: list[CitationOut] = Field(description="numbered for themselves; each was compared with its article")
    dropped: int = Field(description="sentences left out because their citations did not bear them out")
    note: str | None = Field(description="why nothing was composed")
    took_ms: float


class ComposeOut(ComposedOut):
    """``text`` was written by a language model and may be wrong; ``ask`` is what the newspapers say."""

    model_config = with_example(examples.COMPOSE_OUT)

    ask: AskOut = Field(description="the verbatim answer, as POST /api/v1/ask gives it")
