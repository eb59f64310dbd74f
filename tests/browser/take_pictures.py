"""Takes the pictures of README anew: ``make pictures``."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from retriever.rebuild import rebuild
from tests.browser.conftest import CHROMIUMS, QUIET, ROOT, serving
from tests.browser.hands import QUESTION, ask

PICTURES = Path(__file__).parent / "pictures"
DESK: dict[str, Any] = {"viewport": {"width": 1100, "height": 850}}
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True}


def main() -> None:
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as machinery:
        index = Path(folder) / "index"
        rebuild([ROOT / "seeds"], index)
        found = next(filter(None, map(shutil.which, CHROMIUMS)), None)
        browser = machinery.chromium.launch(executable_path=found, args=QUIET)
        with serving(index) as url:
            for name, options in (
                ("chat", DESK),
                ("chat-dark", DESK | {"color_scheme": "dark"}),
                ("phone", PHONE),
                ("phone-dark", PHONE | {"color_scheme": "dark"}),
            ):
                page = browser.new_context(locale="zh-CN", reduced_motion="reduce", **options).new_page()
                page.goto(url)
                ask(page, QUESTION)
                take(page, name)
                if name == "chat":
                    page.locator(".source .headline").first.click()
                    page.get_by_role("link", name="显示原始文字").click()
                    take(page, "article")
                    page.goto(f"{url}/index")
                    take(page, "collection")
                page.context.close()


def take(page: Page, name: str) -> None:
    page.evaluate("() => document.fonts.ready")
    page.screenshot(path=PICTURES / f"{name}.png")
    print(PICTURES.joinpath(f"{name}.png").relative_to(ROOT))


if __name__ == "__main__":
    main()
