"""``baowen mcp`` as an assistant meets it: a process of its own, the SDK's client on its stdin and stdout."""

from __future__ import annotations

import json
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

import pytest
from anyio.from_thread import start_blocking_portal
from click.testing import CliRunner
from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.shared.exceptions import MCPError

from server.cli import main

T = TypeVar("T")
Talk = Callable[[Callable[[ClientSession], Awaitable[T]]], T]
QUESTION = "图书馆每天几点开门？"


@contextmanager
def talking_to(index: Path) -> Iterator[Talk[Any]]:
    """Conversations with one process over ``index``, from its handshake to the end of its stdin."""
    server = StdioServerParameters(
        command=sys.executable, args=["-m", "server", "mcp", "--index", str(index)], cwd=Path.cwd()
    )

    @asynccontextmanager
    async def connected() -> AsyncIterator[ClientSession]:
        async with stdio_client(server) as (read, write), ClientSession(read, write) as session:
            await session.initialize()
            yield session

    with start_blocking_portal() as portal, portal.wrap_async_context_manager(connected()) as session:
        yield lambda conversation: portal.call(conversation, session)


@pytest.fixture(scope="module")
def talk(shelf_index: Path) -> Iterator[Talk[Any]]:
    with talking_to(shelf_index) as talk:
        yield talk


def test_the_three_tools_say_in_both_languages_what_they_do(talk: Talk[Any]) -> None:
    async def conversation(session: ClientSession) -> Any:
        return (await session.list_tools()).tools

    tools = {tool.name: tool for tool in talk(conversation)}
    assert set(tools) == {"ask", "search", "fetch"}
    for tool in tools.values():
        assert "[" in tool.description
        assert tool.annotations.read_only_hint
        assert not tool.annotations.open_world_hint
        assert tool.output_schema["type"] == "object"
        assert all(field.get("description") for field in tool.input_schema["properties"].values())
    assert tools["ask"].input_schema["required"] == ["question"]
    assert {"status", "answer", "citations", "passages"} <= set(tools["ask"].output_schema["properties"])


def test_an_answer_comes_typed_and_as_text_and_leads_to_its_article(talk: Talk[Any]) -> None:
    async def conversation(session: ClientSession) -> Any:
        asked = await session.call_tool("ask", {"question": QUESTION})
        citation = asked.structured_content["citations"][0]
        return asked, await session.call_tool("fetch", {"article_id": citation["article_id"]})

    asked, fetched = talk(conversation)
    assert not asked.is_error
    body = asked.structured_content
    assert body["status"] == "answered"
    citation = body["citations"][0]
    assert any("八点半" in one["cited_text"] for one in body["citations"])
    assert fetched.structured_content["text"][citation["start"] : citation["end"]] == citation["cited_text"]
    assert citation["cited_text"] in asked.content[0].text
    assert "周口日报" in asked.content[0].text
    assert fetched.structured_content["text"] in fetched.content[0].text


def test_a_follow_up_uses_its_history_and_filters_hold(talk: Talk[Any]) -> None:
    async def conversation(session: ClientSession) -> Any:
        history = [{"question": "图书馆什么时候延长开放时间？", "answer": "市图书馆从八月一日起延长开放时间。"}]
        later = await session.call_tool("ask", {"question": "那几点关门？", "history": history})
        found = await session.call_tool("search", {"query": "图书馆 开门", "source": ["没有这种报"]})
        dated = await session.call_tool("search", {"query": "图书馆", "date_from": "2023-01-01"})
        return later, found, dated

    later, found, dated = talk(conversation)
    assert "图书馆" in later.structured_content["effective_question"]
    assert found.structured_content["passages"] == []
    assert {passage["article_id"] for passage in dated.structured_content["passages"]} <= {"hostile"}


def test_search_tells_the_passages_whole(talk: Talk[Any]) -> None:
    async def conversation(session: ClientSession) -> Any:
        return await session.call_tool("search", {"query": "小麦收购价格", "top_k": 1})

    found = talk(conversation)
    (passage,) = found.structured_content["passages"]
    assert passage["article_id"] == "plain"
    assert passage["text"] in found.content[0].text


REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("fetch", {"article_id": "nope"}, "nope"),
    ("ask", {"question": "  "}, "question"),
    ("ask", {"question": "问" * 501}, "question"),
    ("search", {"query": "图书馆", "date_from": "2022-02-30"}, "date_from"),
    ("search", {"query": "图书馆", "date_from": "2023-01-01", "date_to": "2022-01-01"}, "date_to"),
]


def test_what_cannot_be_done_is_said_and_the_process_goes_on(talk: Talk[Any]) -> None:
    async def conversation(session: ClientSession) -> Any:
        refused = [await session.call_tool(tool, arguments) for tool, arguments, _ in REFUSED]
        return refused, await session.call_tool("ask", {"question": QUESTION})

    refused, asked = talk(conversation)
    for result, (_, _, told) in zip(refused, REFUSED, strict=True):
        assert result.is_error
        assert told in result.content[0].text
    assert not asked.is_error


def test_articles_and_the_index_can_be_read_as_resources(talk: Talk[Any]) -> None:
    identity = "libra/ry?#1"

    async def conversation(session: ClientSession) -> Any:
        templates = (await session.list_resource_templates()).resource_templates
        article = await session.read_resource(f"baowen://articles/{quote(identity, safe='')}")
        index = await session.read_resource("baowen://index")
        with pytest.raises(MCPError):
            await session.read_resource("baowen://articles/..%2F..%2Fetc%2Fpasswd")
        return templates, article.contents[0].text, json.loads(index.contents[0].text)

    templates, article, index = talk(conversation)
    assert [template.uri_template for template in templates] == ["baowen://articles/{article_id}"]
    assert "新馆每天早上八点半开门" in article
    assert index["articles"] == 3


def test_without_an_index_the_tools_say_how_to_make_one(tmp_path: Path) -> None:
    async def conversation(session: ClientSession) -> Any:
        return await session.call_tool("ask", {"question": QUESTION})

    with talking_to(tmp_path / "none") as talk:
        refused = talk(conversation)
    assert refused.is_error
    assert "rebuild" in refused.content[0].text


def test_where_the_sdk_is_missing_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, shelf_index: Path) -> None:
    monkeypatch.delitem(sys.modules, "server.mcp", raising=False)
    monkeypatch.setitem(sys.modules, "mcp.server.mcpserver", None)
    done = CliRunner().invoke(main, ["mcp", "--index", str(shelf_index)])
    assert done.exit_code == 1
    assert "pip install 'baowen[mcp]'" in done.output
