"""Usage as people meet it: why more is proposed, what the story says, and whom the digest tells of a fall."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.db.work import Work
from bot.importing import USAGE, ImportOptions, import_file
from bot.importing.planning import plan_all
from tests.handlers.conftest import DANA, KIM, MARCO, World, choose_menu, text_of
from tests.handlers.test_digests import open_new, preview
from tests.handlers.test_follow_ups import direct_channel
from tests.handlers.test_opportunities import BAD, make_red, night, sell, told, well

MONTHS = ("2025-09", "2025-10", "2025-11", "2025-12", "2026-01", "2026-02")


def use(
    world: World, folder: Path, before: int, now: int, account: str = "Acme Robotics", measure: str = "Logins"
) -> None:
    """The file of a product's usage, month by month: so much in each of three months, and in each of the next three."""
    lines = [f"{account},{month},{number}" for month, number in zip(MONTHS, [before] * 3 + [now] * 3, strict=True)]
    path = folder / "usage.csv"
    path.write_text("\n".join((f"Account,Month,{measure}", *lines)))
    now_there = world.slack.clock.now()
    summary = import_file(world.bot.db, world.bot.workspace_id, USAGE, path, ImportOptions(), now_there, plan_all)
    assert summary.exit_code == 0


def story(world: World, user: str = DANA) -> str:
    world.command(user, "C0ALERTS", "/account acme")
    said = world.whispers("C0ALERTS", user)
    return str(said[-1]["text"]) if said else ""


def digest(world: World, user: str = DANA) -> str:
    open_new(world, user)
    return preview(world, user)


def test_more_of_what_they_have_is_proposed_when_they_use_it_more(both: World, tmp_path: Path) -> None:
    sell(both, "Robots")
    well(both, seats=10)
    use(both, tmp_path, 1000, 1249)
    night(both)
    (line,) = told(both)
    why = (
        "Their health is 82 of 100 and has been 70 or more for 30 days; usage is up 24 % since December (logins, "
        "December to February against September to November)."
    )
    assert line["text"].startswith(f"Acme Robotics may need more of Robots. {why}")
    choose_menu(both, DANA, direct_channel(both, DANA), line, "Why am I seeing this?")
    shown = text_of(both.view(DANA)["blocks"])
    assert "its seats or its usage grow" in shown and "Usage up by: *20* percent" in shown
    both.press(DANA, direct_channel(both, DANA), line, "proposal.open")
    assert "usage is up 24 %" in text_of(both.view(DANA)["blocks"])
    night(both)
    assert len(told(both)) == 1


@pytest.mark.parametrize(
    ("before", "now", "measure"), [(1000, 1199, "Logins"), (1000, 800, "Logins"), (0, 50, "Logins")]
)
def test_usage_that_hardly_grew_fell_or_began_proposes_nothing(
    world: World, tmp_path: Path, before: int, now: int, measure: str
) -> None:
    sell(world, "Robots")
    well(world, seats=10)
    use(world, tmp_path, before, now, measure=measure)
    night(world)
    assert told(world) == []


def test_usage_of_no_product_speaks_for_none_where_they_have_two(world: World, tmp_path: Path) -> None:
    sell(world, "Robots", "Robots and Meters")
    well(world, seats=10)
    use(world, tmp_path, 1000, 1300)
    night(world)
    assert len(told(world)) == 1, "the other is no product of theirs"
    with Work.reading(world.bot.db, world.bot.workspace_id, world.slack.clock.now()) as work:
        assert work.workspace_id


@pytest.mark.parametrize("how", BAD)
def test_growing_usage_proposes_nothing_at_a_bad_time(world: World, tmp_path: Path, how: str) -> None:
    sell(world, "Robots")
    well(world, seats=10)
    use(world, tmp_path, 1000, 1300)
    with Work.writing(world.bot.db, world.bot.workspace_id, world.slack.clock.now()) as work:
        make_red(work, world.account("Acme Robotics"), how)
    night(world)
    assert told(world) == []


def test_a_fall_stands_in_the_story_and_once_in_the_digest_of_who_keeps_the_account(
    both: World, tmp_path: Path
) -> None:
    use(both, tmp_path, 1000, 700)
    fall = "sage is down 30 % since December (logins, December to February against September to November)"
    assert f"U{fall}." in story(both)
    assert f"u{fall}" in digest(both)
    assert "usage is down" not in digest(both, MARCO)


def test_a_small_change_is_not_worth_a_line(world: World, tmp_path: Path) -> None:
    use(world, tmp_path, 1000, 810)
    assert "Usage is" not in story(world) and "usage is" not in digest(world)


def test_a_guest_reads_nothing_of_usage(world: World, tmp_path: Path) -> None:
    use(world, tmp_path, 1000, 700)
    world.command(KIM, "C0HARBOR", "/account acme")
    assert not any("sage is down" in one["text"] for one in world.whispers("C0HARBOR", KIM))
