"""Whatever becomes of the files, an index that was grown is the one that would have been made from nothing."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path

import pytest
from growing import answers, contents, told
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from retriever.index.health import check
from retriever.rebuild import HowToRead, rebuild

LIBRARY = "本报讯（记者 王艳）8月{day}日，市图书馆新馆开馆，藏书一百二十万册，每天早上八点半开门，读者凭身份证入馆。\n"
STADIUM = "本报讯（记者 李文）8月{day}日，市体育馆免费开放，市民凭身份证入场，场内有热水。\n"
FIRST_HALF = (
    "产业园里机器忙\n本报讯（记者 王艳）8月{day}日，走进郸城县产业园，袜业公司的车间里机器轰鸣，工人们正在赶制船袜订单。\n"
    "袜业公司负责人李文说，公司去年入驻产业园，年加工船袜一千多万双，带动三十人就业。（下转第二版）\n"
)
SECOND_HALF = (
    "（上接第一版）袜业公司负责人李文说，产业园为袜业公司免去了两年的租金，船袜订单已经排到了明年春天。\n"
    "产业园的工人们说，在家门口的车间里上班，既能挣钱又能照顾老人和孩子。\n"
)
PAGES = ["", LIBRARY, STADIUM, FIRST_HALF, SECOND_HALF, LIBRARY + STADIUM, FIRST_HALF + "\n" + STADIUM]
NAMES = [f"周口日报-2022080{day}-0{page}.txt" for day in (3, 4) for page in (1, 2, 3)] + ["x.txt", "旧/y.txt"]
READY = ["a.jsonl", "b.jsonl", "旧/c.jsonl"]
BAD = [b"", b"\x00\x01" * 900, "{不是".encode(), b"\xff\xfe\x00\xd8"]
RECORDS = [
    {"title": "开馆通知", "text": "市图书馆新馆八月二日开馆，每天早上八点半开门，晚上九点关门，周一闭馆。" * 3},
    {"title": "体育馆", "text": "市体育馆八月三日起免费开放，市民凭身份证入场。\n场内供应热水。" * 9, "id": "gym"},
    {"text": "市体育馆八月三日起免费开放，市民凭身份证入场。\n场内供应热水。" * 8, "id": "gym", "date": "2022-08-03"},
    {"text": "第三篇，" * 90 + "说的是天气。", "source": "周口日报", "date": "2022-08-04", "id": "weather"},
    {"title": "第三篇", "text": "说的是𠀀字。", "id": "weather"},
    {"nothing": "here"},
]
SIDECARS = [
    "",
    "file,source,date,page\nx.txt,周口日报,2022-08-03,2\n",
    "file,source,date,page\nx.txt,晚报,2022-13-01,\n",
]
some_names, some_records = st.sampled_from(NAMES), st.lists(st.integers(0, len(RECORDS) - 1), max_size=5)


class Papers(RuleBasedStateMachine):
    """Two folders of papers that somebody adds to, changes, renames and deletes from, between one rebuild and the next."""

    encoder: Path

    @initialize()
    def begin(self) -> None:
        self.home = Path(tempfile.mkdtemp())
        self.folders = [self.home / "一", self.home / "二"]
        for folder in self.folders:
            (folder / "旧").mkdir(parents=True)
        self.how, self.changed = HowToRead(), True
        self.ready("a.jsonl", [0], 0)

    def teardown(self) -> None:
        if hasattr(self, "home"):
            shutil.rmtree(self.home)

    @rule(name=some_names, page=st.integers(0, len(PAGES) - 1), day=st.integers(2, 4), folder=st.integers(0, 1))
    def page(self, name: str, page: int, day: int, folder: int) -> None:
        (self.folders[folder] / name).write_text(PAGES[page].format(day=day), encoding="utf-8")
        self.changed = True

    @rule(name=st.sampled_from(READY), records=some_records, folder=st.integers(0, 1))
    def ready(self, name: str, records: list[int], folder: int) -> None:
        lines = [json.dumps(RECORDS[at], ensure_ascii=False) for at in records]
        (self.folders[folder] / name).write_text("\n".join(lines), encoding="utf-8")
        self.changed = True

    @rule(name=some_names, bad=st.sampled_from(BAD))
    def damage(self, name: str, bad: bytes) -> None:
        (self.folders[0] / name).write_bytes(bad)
        self.changed = True

    @rule(data=st.data())
    def add_a_line(self, data: st.DataObject) -> None:
        if files := self.files("*.jsonl"):
            record = json.dumps(data.draw(st.sampled_from(RECORDS)), ensure_ascii=False)
            with data.draw(st.sampled_from(files)).open("a", encoding="utf-8") as file:
                file.write(f"\n{record}")
            self.changed = True

    @rule(data=st.data())
    def rename(self, data: st.DataObject) -> None:
        if files := self.files("*.*"):
            file = data.draw(st.sampled_from(files))
            names = READY if file.suffix == ".jsonl" else NAMES
            to = data.draw(st.sampled_from(self.folders)) / data.draw(st.sampled_from(names))
            file.replace(to)
            self.changed = True

    @rule(data=st.data())
    def copy(self, data: st.DataObject) -> None:
        if files := self.files("*.*"):
            file = data.draw(st.sampled_from(files))
            names = READY if file.suffix == ".jsonl" else NAMES
            to = data.draw(st.sampled_from(self.folders)) / data.draw(st.sampled_from(names))
            if to != file:
                shutil.copy(file, to)
            self.changed = True

    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        if files := self.files("*.*"):
            data.draw(st.sampled_from(files)).unlink()
            self.changed = True

    @rule(data=st.data())
    def touch(self, data: st.DataObject) -> None:
        if files := self.files("*.*"):
            data.draw(st.sampled_from(files)).touch()
            self.changed = True

    @rule(lines=st.sampled_from(SIDECARS))
    def write_down(self, lines: str) -> None:
        (self.folders[0] / "pages.csv").write_text(lines, encoding="utf-8")
        self.changed = True

    @rule()
    def turn_the_folders_round(self) -> None:
        self.folders.reverse()
        self.changed = True

    @rule(template=st.sampled_from([None, "{source}-{year}{month}{day}-{page}"]))
    def name_files_otherwise(self, template: str | None) -> None:
        self.how = HowToRead(file_names=template)
        self.changed = True

    def files(self, pattern: str) -> list[Path]:
        found = sorted(file for folder in self.folders for file in folder.rglob(pattern))
        return [file for file in found if file.suffix != ".csv"]

    @precondition(lambda self: self.changed)
    @rule()
    def rebuild(self) -> None:
        self.changed = False
        (self.folders[0] / "z.jsonl").write_text('{"text": "总有一篇。"}', encoding="utf-8")
        grown, anew = self.home / "grown", self.home / "anew"
        shutil.rmtree(anew, ignore_errors=True)
        reports = [rebuild(self.folders, root, how=self.how, encoder=str(self.encoder)) for root in (grown, anew)]
        one, other = contents(grown), contents(anew)
        assert {name for name in one if one[name] != other.get(name)} == set()
        assert one.keys() == other.keys()
        assert told(reports[0]) == told(reports[1])
        assert answers(grown) == answers(anew)
        assert check(grown) == []


@pytest.mark.timeout(900)
@pytest.mark.parametrize(("examples", "steps"), [(8, 12)])
def test_a_grown_index_is_the_one_made_from_nothing(tiny_static: Path, examples: int, steps: int) -> None:
    machine = type("Papers", (Papers,), {"encoder": tiny_static})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_two_pages_of_one_name_in_two_folders_are_told_apart_when_grown(tmp_path: Path) -> None:
    first, second = tmp_path / "一", tmp_path / "二"
    for folder, text in ((first, FIRST_HALF), (second, LIBRARY)):
        folder.mkdir()
        (folder / "周口日报-20220804-01.txt").write_text(text.format(day=2), encoding="utf-8")
        if folder == first:
            rebuild([first], tmp_path / "grown")
    for name in ("grown", "anew"):
        rebuild([first, second], tmp_path / name)
    assert contents(tmp_path / "grown") == contents(tmp_path / "anew")
