"""Issues of two pages made up to order: articles that break off on page 1 and go on on page 2, and some that never do."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from retriever.domain import CutPage, JoinedArticle, Page
from retriever.newspaper import cut, halves, join
from tests.retriever.newspaper.bench_pages import random_layout
from tests.retriever.newspaper.layouts import Layout, Story, bare, print_page

PAPER, DAY = "云溪日报", "2023-05-18"
TO_MARKS = ("（下转第二版）", "(下转第2版)", "（下转02版）", "下转第二版")
FROM_MARKS = ("（上接第一版）", "(上接第1版)", "（上接01版）", "（紧接第一版）")
HAN_PAIR = re.compile("[一-鿿]{2}")
SEAM_CHARS = 12  # letters on either side


@dataclass(frozen=True, slots=True)
class Jumping:
    """A story on two pages: the letters around the place where it was parted."""

    story: Story
    before: str
    after: str
    in_sentence: bool

    def is_seam_right(self, text: str) -> bool:
        """Whether the halves follow each other: at once inside a sentence, else with a line break, and without marks."""
        if "下转" in text or "上接" in text or self.before + self.after not in bare(text):
            return False
        letters = [at for at, char in enumerate(text) if bare(char)]
        first = bare(text).index(self.before + self.after) + len(self.before)
        between = text[letters[first - 1] + 1 : letters[first]]
        return ("\n" in between) != self.in_sentence


@dataclass(frozen=True, slots=True)
class Issue:
    """Two pages of one day. ``pairs`` are on both of them; heads and tails without a partner stand there too."""

    front: str
    inside: str
    pairs: tuple[Jumping, ...]

    def cut(self, *, source: str | None = PAPER, date: str | None = DAY) -> tuple[CutPage, CutPage]:
        one, other = (
            cut(Page(f"{DAY}-{number}.txt", text, "utf-8"), source=source, date=date, page_number=number)
            for number, text in (("1", self.front), ("2", self.inside))
        )
        return one, other


def joined(*pages: CutPage) -> list[JoinedArticle]:
    return join([half for page in pages for half in halves(page)])[0]


def made_issue(stories: Sequence[Story], seed: int) -> Issue:
    """Three to six stories a page: one or two go on, every third issue has a head or a tail alone, every ninth both."""
    rng = random.Random(f"two pages {seed}")
    front, inside = (replace(random_layout(rng, f"issue {seed} {page}"), jumps=0.0, captions=0.0) for page in "12")
    chosen = [story for story in rng.sample(stories, 12) if len(story.paragraphs) > 1]
    jumping = [chosen.pop() for _ in range(rng.choice((1, 1, 2)))]
    lone_heads = [chosen.pop()] if rng.random() < 1 / 3 else []
    lone_tails = [chosen.pop()] if rng.random() < 1 / 3 else []
    parted = {story: _parted(story, rng) for story in (*jumping, *lone_heads, *lone_tails)}
    ones = [_head(parted[story][0], front, rng) for story in (*jumping, *lone_heads)]
    others = [_tail(story, parted[story][1], inside, rng) for story in (*jumping, *lone_tails)]
    ones += [_alone(chosen.pop(), front, rng) for _ in range(rng.choice((1, 2, 3)))]
    others += [_alone(chosen.pop(), inside, rng) for _ in range(rng.choice((1, 2, 3)))]
    rng.shuffle(ones)
    rng.shuffle(others)
    gaps = ["\n" * (layout.story_gap + 1) for layout in (front, inside)]
    furniture = "".join(f"{line}\n" for line in front.furniture)
    pairs = tuple(parted[story][2] for story in jumping)
    return Issue(f"{furniture}{gaps[0].join(ones)}\n", f"{gaps[1].join(others)}\n", pairs)


def _parted(story: Story, rng: random.Random) -> tuple[Story, tuple[str, ...], Jumping]:
    """What stands on page 1, the paragraphs of page 2, and the truth about the seam."""
    at = rng.randrange(1, len(story.paragraphs))
    ones, others = list(story.paragraphs[:at]), list(story.paragraphs[at:])
    last = others[0]
    cuts = [n for n in range(12, len(last) - 12) if HAN_PAIR.fullmatch(last[n - 1 : n + 1])]
    if in_sentence := bool(cuts) and rng.random() < 0.5:
        where = rng.choice(cuts)
        ones, others = [*ones, last[:where]], [last[where:], *others[1:]]
    truth = Jumping(story, bare("".join(ones))[-SEAM_CHARS:], bare("".join(others))[:SEAM_CHARS], in_sentence)
    return Story(story.title, tuple(ones), story.kicker), tuple(others), truth


def _head(head: Story, layout: Layout, rng: random.Random) -> str:
    """The story as the page prints all of its stories, but closed by a mark and by nothing else."""
    mark = rng.choice(TO_MARKS)
    plain = replace(
        layout, codes=0.0, subheads=0.0, byline="none" if layout.byline.startswith("signature") else layout.byline
    )
    ones = head.paragraphs
    inline = rng.random() < 0.5
    told = replace(head, paragraphs=(*ones[:-1], ones[-1] + mark) if inline else (*ones, mark))
    return _printed(told, plain, rng)


def _tail(story: Story, rest: tuple[str, ...], layout: Layout, rng: random.Random) -> str:
    """Under a mark of its own, with the headline again, shortened, or without one."""
    mark = rng.choice(FROM_MARKS)
    headline = rng.choice(("none", "none", "over", "over", "under mark"))
    inline = headline != "under mark" and rng.random() < 0.5
    paragraphs = (mark + rest[0], *rest[1:]) if inline else (mark, *rest)
    if headline == "under mark":
        paragraphs = (mark, story.title, *rest)
    told = Story(story.title if headline == "over" else "", paragraphs)
    return _printed(told, replace(layout, lead="none", byline="none", kickers=0.0, subheads=0.0, headline="over"), rng)


def _alone(story: Story, layout: Layout, rng: random.Random) -> str:
    return _printed(story, layout, rng)


def _printed(story: Story, layout: Layout, rng: random.Random) -> str:
    text, _ = print_page([story], replace(layout, furniture=(), footer=(), teasers=()), rng.randrange(1 << 30))
    return text.strip("\n")
