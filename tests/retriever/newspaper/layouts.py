"""Newspaper pages made up to order: the same stories laid out in many ways, with known boundaries.

A layout says where headlines, leads, bylines and blank lines stand; noise says what OCR did to the lines.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal


@dataclass(frozen=True, slots=True)
class Story:
    """What an article says, before it is printed. Paragraphs end their last sentence."""

    title: str
    paragraphs: tuple[str, ...]
    kicker: str | None = None


@dataclass(frozen=True, slots=True)
class Layout:
    """How a paper prints its stories. Shares are the probability for one story."""

    name: str
    headline: Literal["over", "under", "mixed"] = "over"
    lead: Literal["report", "report bare", "report letters", "wire", "none"] = "report"
    byline: Literal["symbol", "plain", "bare", "signature line", "signature", "none"] = "none"
    column: int | None = None  # characters a line; None: a paragraph is one line, cut here and there
    column_cuts: float = 0.0  # share of paragraphs that are cut in two
    line_gap: int = 1  # blank lines between lines
    story_gap: int = 1  # … between stories
    letter_spaced: float = 0.0  # share of lines
    half_width: bool = False
    codes: float = 0.0  # editors' codes after the last sentence
    jumps: float = 0.0  # "continued on page …"
    kickers: float = 0.0
    subheads: float = 0.0
    captions: float = 0.0  # a photo caption after the story
    furniture: tuple[str, ...] = ()  # masthead lines on top
    teasers: tuple[str, ...] = ()  # lines between stories
    footer: tuple[str, ...] = ()
    stray_gaps: float = 0.0  # share of paragraphs before which blank lines were added


@dataclass(frozen=True, slots=True)
class Printed:
    """One story as it stands on the page: what its text starts and ends with (letters only), and its headline."""

    start: str
    end: str
    title: str | None
    names: tuple[str, ...]


@dataclass(slots=True)
class _Sheet:
    lines: list[str] = field(default_factory=list)

    def add(self, line: str, gap: int) -> None:
        self.lines += [""] * (gap if self.lines else 0) + [line]


SURNAMES, GIVEN = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗", "明华丽静强磊军洋勇艳杰娟涛超霞平刚桂英玉兰"
PLACES = ("青禾县", "云溪市", "松江镇", "柳河区", "白石乡", "南浦县", "东岭市", "清水镇")
SUBHEADS = (
    "聚焦民生 办好实事",
    "科技赋能 提质增效",
    "守住底线,防范风险",
    "绿色发展之路",
    "党建引领聚合力",
    "把服务送到家门口",
)
_BARE = re.compile(r"[^\w]")
_LETTER_GAP = re.compile(r"(?<=[^\x00-\x7f])(?=\S)|(?<=\S)(?=[^\x00-\x7f])")
_HALF = str.maketrans("，；：？（）", ",;:?()")


def bare(text: str) -> str:
    """Letters and digits alone: what stays the same however a page is spaced and pointed."""
    return _BARE.sub("", text)


def print_page(stories: Sequence[Story], layout: Layout, seed: int) -> tuple[str, list[Printed]]:
    """One page and the truth about it, the same for the same seed."""
    rng = random.Random(f"{layout.name} {seed}")
    sheet, truth = _Sheet(), []
    for line in layout.furniture:
        sheet.add(line, layout.line_gap)
    for number, story in enumerate(stories):
        truth.append(_print_story(sheet, story, layout, rng, first=number == 0))
        if rng.random() < layout.captions:
            truth.append(_print_caption(sheet, layout, rng))
        if layout.teasers and rng.random() < 0.4:
            sheet.add(rng.choice(layout.teasers), layout.story_gap)
    for line in layout.footer:
        sheet.add(line, layout.story_gap)
    text = "\n".join(sheet.lines) + "\n"
    return (text.translate(_HALF) if layout.half_width else text), truth


def _print_story(sheet: _Sheet, story: Story, layout: Layout, rng: random.Random, *, first: bool) -> Printed:
    names = tuple(_name(rng) for _ in range(rng.choice((1, 1, 2))))
    under = layout.headline == "under" or (layout.headline == "mixed" and rng.random() < 0.4)
    kicker = story.kicker if rng.random() < layout.kickers else None
    heads = [kicker, story.title] if kicker else [story.title]
    gap = layout.story_gap
    if not under:
        for head in heads:
            sheet.add(_spaced(head, layout, rng), gap)
            gap = layout.line_gap
        if line := _byline_line(layout, names):
            sheet.add(line, layout.line_gap)
    paragraphs = list(story.paragraphs)
    start, end = bare(paragraphs[0])[:12], bare(paragraphs[-1])[-12:]
    paragraphs[0] = _lead(layout, names, rng) + paragraphs[0]
    paragraphs[-1] += _tail(layout, names, rng)
    for at, paragraph in enumerate(paragraphs):
        if at > 1 and len(paragraphs) > 3 and rng.random() < layout.subheads:
            sheet.add(rng.choice(SUBHEADS), layout.line_gap)
        stray = 3 if at and rng.random() < layout.stray_gaps else 0
        _print_paragraph(sheet, paragraph, layout, rng, gap=(gap if at == 0 else layout.line_gap) + stray)
    if layout.byline == "signature line":
        sheet.add(f"（{' '.join(names)}）", layout.line_gap)
    if rng.random() < layout.jumps:
        sheet.add("（下转第二版）", layout.line_gap)
    if under:
        for head in heads:
            sheet.add(_spaced(head, layout, rng), layout.line_gap)
    named = (
        layout.lead == "report"
        or layout.lead == "report letters"
        or (layout.byline != "none" and not (under and layout.byline in ("symbol", "plain", "bare")))
    )
    return Printed(start, end, story.title, names if named else ())


def _print_caption(sheet: _Sheet, layout: Layout, rng: random.Random) -> Printed:
    name, place = _name(rng), rng.choice(PLACES)
    text = f"{rng.randint(1, 12)}月{rng.randint(1, 28)}日，{place}的工人正在车间里赶制一批出口订单，机器声此起彼伏，一片忙碌景象。"
    if rng.random() < 0.5:
        _print_paragraph(sheet, f"{text}本报记者 {name} 摄", layout, rng, gap=layout.story_gap)
    else:
        _print_paragraph(sheet, text, layout, rng, gap=layout.story_gap)
        sheet.add(f"本报记者 {name} 摄", layout.line_gap)
    return Printed(bare(text)[:12], bare(text)[-12:], None, (name,))


def _print_paragraph(sheet: _Sheet, text: str, layout: Layout, rng: random.Random, *, gap: int) -> None:
    if layout.column:
        pieces = list(_column_lines(text, layout.column))
        # No line starts with a closing mark: printers pull it back.
        for at in range(1, len(pieces)):
            if pieces[at][:1] in "，。；：、”）！？":
                pieces[at - 1], pieces[at] = pieces[at - 1] + pieces[at][0], pieces[at][1:]
        pieces = [piece for piece in pieces if piece]
    elif rng.random() < layout.column_cuts and len(text) > 60:
        cut = rng.randrange(20, len(text) - 20)
        pieces = [text[:cut], text[cut:]]
    else:
        pieces = [text]
    for at, piece in enumerate(pieces):
        sheet.add(_spaced(piece, layout, rng), gap if at == 0 else layout.line_gap)


def _column_lines(text: str, width: int) -> Iterator[str]:
    """Lines as wide as the column; two Latin characters are as wide as one Han character."""
    line, used = "", 0.0
    for char in text:
        if used >= width:
            yield line
            line, used = "", 0.0
        line += char
        used += 0.5 if char.isascii() else 1.0
    yield line


def _spaced(line: str, layout: Layout, rng: random.Random) -> str:
    """Letter-spaced, as justified lines are: Latin words and numbers stay whole."""
    return _LETTER_GAP.sub(" ", line.replace(" ", "")) if rng.random() < layout.letter_spaced else line


def _lead(layout: Layout, names: Sequence[str], rng: random.Random) -> str:
    if layout.lead == "report":
        return f"本报讯（记者 {' '.join(names)}）"
    if layout.lead == "report letters":
        return f"本 报 讯 （记 者 {' '.join(' '.join(name) for name in names[:1])}）"
    if layout.lead == "report bare":
        return "本报讯 "
    return (
        f"新华社{rng.choice(('北京', '郑州', '长沙'))}{rng.randint(1, 12)}月{rng.randint(1, 28)}日电 "
        if layout.lead == "wire"
        else ""
    )


def _byline_line(layout: Layout, names: Sequence[str]) -> str | None:
    joined = " ".join(names)
    return {"symbol": f"□记者 {joined}", "plain": f"本报记者 {joined}", "bare": names[0]}.get(layout.byline)


def _tail(layout: Layout, names: Sequence[str], rng: random.Random) -> str:
    signature = f"（{' '.join(names)}）" if layout.byline == "signature" else ""
    return signature + (f"{rng.choice('①②③④⑤⑥')}{rng.randint(1, 19)}" if rng.random() < layout.codes else "")


def _name(rng: random.Random) -> str:
    return rng.choice(SURNAMES) + "".join(rng.choice(GIVEN) for _ in range(rng.choice((1, 2, 2))))


MASTHEAD = (
    "云溪日报",
    "YUNXI RIBAO",
    "2023年5月18日 星期四",
    "农历癸卯年三月廿九",
    "国内统一连续出版物号:CN 41-0099 总第8123期 今日8版",
)
TEASERS = ("今日导读", "▶3版", "02 | 要闻", "详见第4版", "3131")

TUNED = (
    Layout("lead, headline over", codes=0.5, column_cuts=0.3, half_width=True),
    Layout(
        "lead, headline under, narrow lines",
        headline="under",
        column=18,
        letter_spaced=0.15,
        lead="report letters",
        teasers=TEASERS,
    ),
    Layout(
        "symbol byline, three blank lines", lead="none", byline="symbol", story_gap=3, column_cuts=0.3, subheads=0.4
    ),
    Layout(
        "bare lead, signatures", lead="report bare", byline="signature", half_width=True, captions=0.3, stray_gaps=0.1
    ),
    Layout("signature lines", lead="report bare", byline="signature line", column_cuts=0.3, subheads=0.2),
    Layout(
        "masthead, kickers, jumps",
        kickers=1.0,
        jumps=0.4,
        furniture=MASTHEAD,
        byline="plain",
        lead="none",
        footer=("新闻热线:13700000000",),
    ),
    Layout("wire copy, mixed headlines", headline="mixed", lead="wire", codes=1.0),
    Layout("headlines alone, three blank lines", lead="none", story_gap=3),
    Layout("narrow lines without blank ones, headline over", column=16, line_gap=0, story_gap=1, lead="report"),
    Layout("narrow wire copy, headline under", headline="under", column=15, lead="wire", kickers=0.6, jumps=0.3),
)
HELD_OUT = (
    Layout(
        "narrow, bare lead, signatures, codes",
        column=17,
        lead="report bare",
        byline="signature",
        codes=0.7,
        line_gap=1,
        story_gap=1,
    ),
    Layout(
        "narrow, no blank lines at all, mixed headlines",
        column=22,
        line_gap=0,
        story_gap=0,
        headline="mixed",
        jumps=0.3,
    ),
    Layout(
        "narrow, half-width, headline over, three blank lines",
        column=14,
        half_width=True,
        lead="none",
        byline="plain",
        story_gap=3,
    ),
    Layout("narrow lines, headline over, spaced letters", column=20, letter_spaced=0.4, lead="report", teasers=TEASERS),
    Layout("wire copy, headline under", headline="under", lead="wire", column_cuts=0.3, teasers=TEASERS),
    Layout("bare names, subheads", lead="none", byline="bare", subheads=0.5, codes=0.6, half_width=True),
    Layout("plain bylines, captions", lead="none", byline="plain", captions=0.5, story_gap=3, column_cuts=0.2),
    Layout("mixed headlines, leads, masthead", headline="mixed", furniture=MASTHEAD, codes=0.4, jumps=0.3),
    Layout("no blank lines", line_gap=0, story_gap=0, lead="report", kickers=0.5),
    Layout(
        "signatures, blank lines astray",
        lead="report bare",
        byline="signature",
        stray_gaps=0.3,
        column_cuts=0.3,
        half_width=True,
    ),
    Layout(
        "symbol bylines, subheads, narrow",
        lead="none",
        byline="symbol",
        column=19,
        subheads=0.4,
        line_gap=1,
        story_gap=2,
    ),
)


def tighter(layout: Layout) -> Layout:
    """The same with one blank line fewer between stories."""
    return replace(layout, story_gap=max(layout.story_gap - 1, 0))
