"""The collection page in a browser: looked at, leafed through, rebuilt and rolled back with the admin key."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import ADMIN_KEY, SHELF
from tests.browser.hands import OpenPage, Serve, Shot

pytestmark = pytest.mark.browser


def test_a_bar_opens_the_articles_of_its_time_and_they_can_be_asked(
    seeds_url: str, open_page: OpenPage, shot: Shot
) -> None:
    page = open_page(seeds_url)
    page.get_by_role("link", name="收录", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("收录了什么")
    shot(page, "collection")
    page.locator(".bars a .bar").last.click()
    expect(page.locator(".chip.on")).to_have_text("只看 2024-06-01 至 2024-06-30")
    expect(page.locator(".listing time").first).to_have_text("2024-06-05")
    page.get_by_role("link", name="在这些文章里提问").click()
    expect(page.locator("[name=date_from]")).to_have_value("2024-06-01")
    expect(page.locator(".narrow summary")).to_have_attribute("data-count", "1")


def test_the_bars_are_told_to_those_who_do_not_see_them(seeds_url: str, open_page: OpenPage) -> None:
    page = open_page(seeds_url + "/index")
    page.get_by_text("列成表格").click()
    expect(page.get_by_role("rowheader")).to_have_text(["2022-08", "2024-06"])
    page.get_by_role("link", name="2024-06").click()
    expect(page.locator(".chip.on")).to_have_count(1)


def test_the_index_is_rebuilt_and_rolled_back_from_the_page(
    own_index: Path, serve: Serve, open_page: OpenPage, shot: Shot
) -> None:
    shelf = own_index.parent / "shelf.jsonl"
    url = serve(own_index, admin_key=ADMIN_KEY, corpus=str(shelf))
    page = open_page(url + "/index", forgiven="status of 401")
    before = page.locator("#generation").inner_text()
    expect(page.locator("#rebuild-says")).to_have_text("现在没有在重建。")
    page.locator(".care summary").click()
    page.get_by_label("管理密钥").fill("not the key at all")
    page.get_by_role("button", name="重建索引").click()
    expect(page.locator("#outcome")).to_contain_text("密钥")
    shelf.write_text(shelf.read_text(encoding="utf-8").replace("三十元", "四十元"), encoding="utf-8")
    page.get_by_label("管理密钥").fill(ADMIN_KEY)
    page.get_by_role("button", name="重建索引").click()
    expect(page.locator("#outcome")).to_contain_text("重建完成", timeout=60_000)
    expect(page.locator("#outcome")).to_contain_text(f"{len(SHELF)} 篇文章")
    shot(page, "collection-rebuilt")
    assert ADMIN_KEY not in page.evaluate("() => JSON.stringify([localStorage, sessionStorage, document.cookie])")
    page.get_by_role("link", name="刷新页面查看").click()
    expect(page.locator("#generation")).not_to_have_text(before)

    page.locator(".care summary").click()
    page.get_by_label("管理密钥").fill(ADMIN_KEY)
    page.get_by_role("button", name="退回上一个版本").click()
    page.get_by_role("button", name="再按一次").click()
    expect(page.locator("#outcome")).to_contain_text("已退回上一个版本")
    page.get_by_role("link", name="刷新页面查看").click()
    expect(page.locator("#generation")).to_have_text(before)
