"""One question to a language model over HTTP, as any OpenAI-compatible server takes it; whatever it does, in bounded time.

Nothing is reached but the address that was configured: no redirect is followed and no proxy of the environment is used.
"""

from __future__ import annotations

import http.client
import json
import logging
import queue
import socket
import ssl
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from server.errors import (
    LanguageModelBusy,
    LanguageModelFailed,
    LanguageModelGarbled,
    LanguageModelRefused,
    LanguageModelSlow,
    LanguageModelUnreachable,
)

log = logging.getLogger(__name__)

LARGEST_REPLY_BYTES = 1 << 18
MOST_TOKENS = 800
CONNECT_S = 5.0


@dataclass(frozen=True, slots=True)
class Reply:
    text: str
    prompt_tokens: int
    completion_tokens: int


class LanguageModel:
    """Asked by several threads at once, ``at_once`` at most: the others do without, so that no question waits for it."""

    def __init__(
        self, base_url: str, name: str, *, api_key: str | None = None, budget_s: float = 20.0, at_once: int = 2
    ) -> None:
        """``base_url`` is an http or https address like ``http://127.0.0.1:11434/v1``."""
        self.name = name
        self._address = urlsplit(base_url.rstrip("/") + "/chat/completions")
        self._key, self._budget_s = api_key, budget_s
        self._free = threading.BoundedSemaphore(at_once)

    def ask(self, system: str, user: str) -> Reply:
        """What it writes. Raises a LanguageModelFailed, after ``budget_s`` seconds at the latest."""
        if not self._free.acquire(blocking=False):
            raise LanguageModelBusy
        done: queue.SimpleQueue[Reply | LanguageModelFailed] = queue.SimpleQueue()
        deadline = time.monotonic() + self._budget_s
        # In a thread of its own: names that don't resolve and answers that drip have no time limit of their own.
        threading.Thread(
            target=self._work, args=(system, user, deadline, done), name="language-model", daemon=True
        ).start()
        try:
            result = done.get(timeout=self._budget_s)
        except queue.Empty:
            raise LanguageModelSlow(seconds=self._budget_s) from None
        if isinstance(result, LanguageModelFailed):
            raise result
        return result

    def _work(
        self, system: str, user: str, deadline: float, done: queue.SimpleQueue[Reply | LanguageModelFailed]
    ) -> None:
        try:
            done.put(_reply(self._exchange(_body(self.name, system, user), deadline)))
        except LanguageModelFailed as error:
            done.put(error)
        except TimeoutError:
            done.put(LanguageModelSlow(seconds=self._budget_s))
        except (OSError, http.client.HTTPException) as error:
            done.put(LanguageModelUnreachable(detail=type(error).__name__))
        except Exception as error:
            # Not the whole of it: it may repeat the key or the question.
            log.error("asking the language model failed: %s", type(error).__name__)
            done.put(LanguageModelGarbled())
        finally:
            self._free.release()

    def _exchange(self, body: bytes, deadline: float) -> bytes:
        """One request and the whole of its answer. Raises LanguageModelFailed, OSError, HTTPException."""
        connection = self._connection()
        connection.connect()
        left = deadline - time.monotonic()
        # Each wait for a byte has a limit, but a server that drips would never come to its end.
        ending = threading.Timer(left, _hang_up, (connection.sock,))
        ending.daemon = True
        try:
            connection.sock.settimeout(max(left, 0.001))
            ending.start()
            connection.request("POST", self._address.path, body, self._headers())
            with connection.getresponse() as response:
                if response.status != 200:  # a redirect too: it leads where nobody said that questions may go
                    raise LanguageModelRefused(status=response.status)
                told = response.read(LARGEST_REPLY_BYTES + 1)
        finally:
            ending.cancel()
            connection.close()
        if len(told) > LARGEST_REPLY_BYTES:
            raise LanguageModelGarbled
        return told

    def _connection(self) -> http.client.HTTPConnection:
        host, port = self._address.hostname or "", self._address.port
        if self._address.scheme == "https":
            return http.client.HTTPSConnection(host, port, timeout=CONNECT_S, context=ssl.create_default_context())
        return http.client.HTTPConnection(host, port, timeout=CONNECT_S)

    def _headers(self) -> dict[str, str]:
        headers = {"Content-Type": "application/json", "Accept": "application/json", "Connection": "close"}
        return {**headers, "Authorization": f"Bearer {self._key}"} if self._key else headers


def _body(model: str, system: str, user: str) -> bytes:
    messages = [{"role": "system", "content": system}, {"role": "user", "content": user}]
    asked = {"model": model, "messages": messages, "temperature": 0, "max_tokens": MOST_TOKENS, "stream": False}
    return json.dumps(asked, ensure_ascii=False).encode()


def _hang_up(connection: socket.socket) -> None:
    with suppress(OSError):  # it has ended by itself
        connection.shutdown(socket.SHUT_RDWR)


def _reply(body: bytes) -> Reply:
    """What an answer says. Raises LanguageModelGarbled.

    >>> _reply(b'{"choices": [{"message": {"content": "A"}}]}')
    Reply(text='A', prompt_tokens=0, completion_tokens=0)
    """
    try:
        answer: Any = json.loads(body)
        text = answer["choices"][0]["message"]["content"]
        usage = answer.get("usage") or {}
        counts = [usage.get(key) for key in ("prompt_tokens", "completion_tokens")]
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        raise LanguageModelGarbled from error
    if not isinstance(text, str):
        raise LanguageModelGarbled
    return Reply(text, *(count if isinstance(count, int) and 0 <= count < 1 << 31 else 0 for count in counts))
