"""What asking a service from Python can end in, one class for each thing that a program does about it."""

from __future__ import annotations

from dataclasses import dataclass

from embeddings.errors import BaowenError


@dataclass(frozen=True, slots=True)
class WrongField:
    """``pointer`` is a JSON pointer into the body, or into the address as if it were one."""

    pointer: str
    detail: str


class ClientError(BaowenError):
    """The root: whatever a call of the client raises is one of these."""

    zh = "没有问成：{detail}"
    en = "That did not work: {detail}"


class Unreachable(ClientError):
    zh = "连不上 {url}（{detail}）。请检查地址，以及服务是否在运行：baowen serve"
    en = "{url} cannot be reached ({detail}). Check the address, and whether the service runs: baowen serve"


class TimedOut(ClientError):
    zh = "{url} 在 {seconds:g} 秒内没有答完。请稍后再试，或加大 timeout。"
    en = "{url} was not done within {seconds:g} seconds. Try again later, or raise timeout."


class NotBaowen(ClientError):
    zh = "{url} 答的不是报问的格式（{detail}）。请检查地址。"
    en = "What {url} answered is not of Baowen's form ({detail}). Check the address."


class Problem(ClientError):
    """The service said no; ``detail`` says what to do next, in the language that was asked for."""

    zh = "{title}（{status}）：{detail}"
    en = "{title} ({status}): {detail}"

    def __init__(
        self,
        *,
        status: int,
        kind: str,
        title: str,
        detail: str,
        errors: tuple[WrongField, ...] = (),
        retry_after_s: float | None = None,
        request_id: str | None = None,
    ) -> None:
        self.status, self.kind, self.title, self.detail = status, kind, title, detail
        self.errors, self.retry_after_s, self.request_id = errors, retry_after_s, request_id
        fields = "; ".join(f"{error.pointer or '/'} {error.detail}" for error in errors)
        super().__init__(status=status, title=title, detail=f"{detail} {fields}".strip())


class WrongRequest(Problem):
    """400, 413, 415, 422: asking the same again ends the same; ``errors`` name the fields."""


class KeyRefused(Problem):
    """401, 403."""


class NotThere(Problem):
    """404: no such article, or no such address."""


class NotNow(Problem):
    """429, 503: try again, after ``retry_after_s`` where it is given."""


class Failed(Problem):
    """500: ``request_id`` leads to the log of the service."""


_BY_STATUS: dict[int, type[Problem]] = {
    400: WrongRequest, 401: KeyRefused, 403: KeyRefused, 404: NotThere, 413: WrongRequest, 415: WrongRequest,
    422: WrongRequest, 429: NotNow, 500: Failed, 503: NotNow,
}  # fmt: skip


def kind_of(status: int) -> type[Problem]:
    return _BY_STATUS.get(status, Problem)
