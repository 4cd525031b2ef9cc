"""Usage as people meet it: why more is proposed, what the story says, and whom the digest tells of a fall."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.db.work import Work
from bot.importing import USAGE, ImportOptions, import_file
from bot.importing.planning import plan_all
from bot.models import Member
from tests.handlers.conftest import DANA, HELEN, KIM, MARCO, MONDAY, World, choose_menu, text_of
from tests.handlers.test_digests import do, open_new, preview
from tests.handlers.test_follow_ups import direct_channel
from tests.handlers.test_opportunities import BAD, make_red, night, sell, told, well
from tests.handlers.test_overviews import ids

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


def stops(world: World, folder: Path) -> None:
    """Deltaforge's figures come up to February, Acme's end in December; the file of each month is one of everybody."""
    use(world, folder, 1000, 1000, "Deltaforge Steel")
    path = folder / "usage.csv"
    path.write_text("\n".join(("Account,Month,Logins", *(f"Acme Robotics,{month},1000" for month in MONTHS[:4]))))
    now_there = world.slack.clock.now()
    import_file(world.bot.db, world.bot.workspace_id, USAGE, path, ImportOptions(), now_there, plan_all)


def test_figures_that_come_no_more_are_said_in_the_story(world: World, tmp_path: Path) -> None:
    stops(world, tmp_path)
    assert (
        "No figures of their usage have come since Wed 31 Dec 2025, while those of others reach to Sat 28 Feb. They "
        "may use it no more, or the file lacks them."
    ) in story(world)
    world.command(DANA, "C0ALERTS", "/account deltaforge")
    assert "No figures" not in world.whispers("C0ALERTS", DANA)[-1]["text"]
    world.command(KIM, "C0HARBOR", "/account acme")
    assert not any("No figures" in one["text"] for one in world.whispers("C0HARBOR", KIM))


def test_figures_that_come_no_more_stand_in_the_digest_of_who_keeps_the_account(both: World, tmp_path: Path) -> None:
    stops(both, tmp_path)
    said = "*Acme Robotics* · no usage figures since Wed 31 Dec 2025; those of others reach to Sat 28 Feb"
    assert said in digest(both)
    assert "no usage figures" not in digest(both, MARCO)


def test_an_overview_names_what_fell_and_what_stopped_to_whoever_leads_and_lists_all_behind_it(
    world: World, tmp_path: Path
) -> None:
    stops(world, tmp_path)
    use(world, tmp_path, 1000, 700, "Deltaforge Steel")
    with Work.writing(world.bot.db, world.bot.workspace_id, MONDAY) as work:
        people = {one.slack_id: one for one in work.session.scalars(work.select(Member))}
        people[DANA].manager_id = people[MARCO].manager_id = people[HELEN].id
    assert world.set_up_digest(HELEN, "team", rhythm="weekly", weekdays=["1"])["ok"]
    do(world, HELEN, "digest.send")
    world.settle()
    [told_helen] = [one for one in world.direct(HELEN) if one["text"].startswith("Weekly overview")]
    fell = "Usage fell against the quarter before at 1 account: Deltaforge Steel by 30 % (logins)"
    stopped = "Figures of usage come no more from 1 of 2 accounts: Acme Robotics (until Wed 31 Dec 2025)"
    assert fell in told_helen["text"] and stopped in told_helen["text"]
    channel = next(c["id"] for c in world.get("state")["channels"] if c["is_im"] and HELEN in c["members"])
    [button] = [one for one in ids(told_helen, "overview.list") if "risks" in value_of(told_helen, one)]
    world.press(HELEN, channel, told_helen, button)
    listed = text_of(world.view(HELEN)["blocks"])
    assert "*2 in all*" in listed and "Usage is down 30 % since December" in listed
    assert "No figures of usage since 2025-12-31" in listed
    for other in (DANA, MARCO, KIM):
        assert not any("Figures of usage" in one["text"] for one in world.direct(other))


def value_of(message: dict[str, Any], action: str) -> str:
    elements = [e for b in message["blocks"] for e in (*b.get("elements", []), b.get("accessory") or {})]
    return next(str(e.get("value", "")) for e in elements if e.get("action_id") == action)


def test_a_guest_reads_nothing_of_usage(world: World, tmp_path: Path) -> None:
    use(world, tmp_path, 1000, 700)
    world.command(KIM, "C0HARBOR", "/account acme")
    assert not any("sage is down" in one["text"] for one in world.whispers("C0HARBOR", KIM))
