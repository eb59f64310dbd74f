"""Filters as a person types them, in an address or on the command line."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import ValidationError

from retriever.domain import Filters
from server.errors import WrongFilter
from server.messages.problems import explain
from server.schemas import FiltersIn


def filters_from(sources: Iterable[str], date_from: str | None, date_to: str | None) -> Filters:
    """What is empty filters nothing. Raises WrongFilter.

    >>> filters_from(["周口日报", ""], "", "2022-08-31")
    Filters(sources=('周口日报',), date_from=None, date_to='2022-08-31')
    """
    return typed_filters(sources, date_from, date_to).filters()


def typed_filters(sources: Iterable[str], date_from: str | None, date_to: str | None) -> FiltersIn:
    """The same as a request would bring them. Raises WrongFilter."""
    given = {"source": [name for name in sources if name], "date_from": date_from or None, "date_to": date_to or None}
    try:
        return FiltersIn.model_validate(given)
    except ValidationError as error:
        finding = error.errors(include_url=False)[0]
        field = str(finding["loc"][0]) if finding["loc"] else ""
        wrong = f"{field} = {given[field]}: " if field else ""
        raise WrongFilter(detail_zh=wrong + explain(finding, "zh"), detail_en=wrong + explain(finding, "en")) from None
