"""`/proof`: the sheet for prospects, in a manager's direct messages and nobody else's."""

from __future__ import annotations

import urllib.request

from tests.handlers.conftest import DANA, HELEN, KIM, World, until


def files_of(world: World, user: str) -> list[dict[str, str]]:
    return [one for m in world.direct(user) for one in m.get("files") or []]


def test_a_manager_gets_the_sheet_as_two_files_that_name_nobody(both: World) -> None:
    both.command(HELEN, "C0ALERTS", "/proof")
    assert "on its way" in both.whispers("C0ALERTS", HELEN)[-1]["text"]
    until(lambda: len(files_of(both, HELEN)) == 2)
    sheet, drawn = files_of(both, HELEN)
    assert (sheet["name"], drawn["name"]) == ("proof-2026-03-02.md", "proof-2026-03-02.svg")
    told = []
    for one in (sheet, drawn):
        request = urllib.request.Request(
            one["url_private"], headers={"Authorization": f"Bearer {both.bot.settings.bot_token}"}
        )
        with urllib.request.urlopen(request, timeout=20) as answer:
            told.append(answer.read().decode())
    assert "# How we keep our customers" in told[0] and told[1].startswith("<svg")
    assert not any(name in words for words in told for name in ("Acme", "Brightwater", "Dana", "Helen"))


def test_it_is_of_a_past_day_when_one_is_named(world: World) -> None:
    world.command(HELEN, "C0ALERTS", "/proof 31 Dec")
    until(lambda: len(files_of(world, HELEN)) == 2)
    assert files_of(world, HELEN)[0]["name"] == "proof-2025-12-31.md"
    world.command(HELEN, "C0ALERTS", "/proof soon")
    assert "as in `/proof 30 June`" in world.whispers("C0ALERTS", HELEN)[-1]["text"]
    world.command(HELEN, "C0ALERTS", "/proof 1.1.2030")
    assert "has not come yet" in world.whispers("C0ALERTS", HELEN)[-1]["text"]


def test_nobody_else_gets_it(world: World) -> None:
    world.command(DANA, "C0ALERTS", "/proof")
    assert (
        world.whispers("C0ALERTS", DANA)[-1]["text"] == "The proof sheet is for managers and admins. Ask one of them."
    )
    world.command(KIM, "C0HARBOR", "/proof")
    assert not files_of(world, DANA) and not files_of(world, KIM)
