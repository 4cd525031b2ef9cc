"""The script that takes the pictures: it refuses where they would be wrong, and it counts lines as the eye does."""

import subprocess
import sys

import pytest

from tests.browser import pictures
from tests.browser.conftest import ROOT

pytestmark = pytest.mark.browser


@pytest.fixture
def fonts(tmp_path, monkeypatch):
    """Makes the machine's list of colour fonts say what a test wants."""

    def listed(said):
        lister = tmp_path / "fc-list"
        lister.write_text(f"#!/bin/sh\nprintf '{said}'\n", encoding="utf-8")
        lister.chmod(0o755)
        monkeypatch.setenv("PATH", str(tmp_path), prepend=":")

    return listed


def test_without_a_font_for_emoji_it_refuses_and_names_the_package(fonts, tmp_path):
    fonts("")
    into = tmp_path / "pictures"
    done = subprocess.run(
        [sys.executable, "-m", "tests.browser.pictures", "--into", str(into)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1
    assert "apt install fonts-noto-color-emoji" in done.stderr or "apt install chromium" in done.stderr
    assert "Traceback" not in done.stderr
    assert not into.exists()
    with pytest.raises(SystemExit, match="fonts-noto-color-emoji"):
        pictures.need_emoji()


def test_with_one_it_goes_on(fonts):
    fonts("Noto Color Emoji\\n")
    pictures.need_emoji()


def test_a_machine_that_cannot_list_its_fonts_is_refused_too(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SystemExit, match="fonts-noto-color-emoji"):
        pictures.need_emoji()
    with pytest.raises(SystemExit, match="apt install chromium"):
        pictures.needed_browser()


def test_lines_are_counted_as_the_eye_counts_them(browser):
    page = browser.new_page(viewport={"width": 700, "height": 500})
    page.set_content(
        """<article style="font: 16px/24px sans-serif">
        <p style="margin:0"><b>Two</b> words, and a <small style="font-size:12px">small</small> one</p>
        <div style="display:flex"><span style="flex:1">left</span><span style="flex:1">right</span></div>
        <p style="margin:0">one<br>two</p><p hidden>unseen</p><div class="tools">unseen too</div>
        </article>"""
    )
    height, lines = pictures.measured(page.locator("article"))
    page.close()
    assert lines == 4
    assert 24 * 4 <= height <= 24 * 6
