"""Next steps as people meet them: a reminder on the morning, a promise that was not kept, buttons that close them."""

from __future__ import annotations

from sqlalchemy import select

from bot import models
from tests.handlers.conftest import DANA, HELEN, MARCO, MONDAY, PRIYA, World, button_ids

FRIDAY = "2026-03-06"


def log(world: World, user: str = DANA, **values: object) -> None:
    """Someone logs a call with a next step of Priya's."""
    world.command(user, "C0ACME", "/touch")
    step = {"follow_up": "Send the plan", "follow_up_on": FRIDAY, "follow_up_by": PRIYA, **values}
    assert world.submit(user, kind="call", **step)["ok"]
    world.settle()


def direct_channel(world: World, user: str) -> str:
    """The talk of this person with the bot."""
    return str(next(c["id"] for c in world.get("state")["channels"] if c["is_im"] and user in c["members"]))


def follow_up(world: World) -> models.FollowUp:
    """The only one."""
    with world.bot.db.reading() as session:
        return session.scalars(select(models.FollowUp)).one()


def move_to(world: World, day: int, hour: int = 9, minute: int = 5) -> None:
    """Let time pass until a moment of March 2026, and everything happen that falls due on the way."""
    target = MONDAY.replace(day=day, hour=hour, minute=minute)
    while (due := world.bot.driver.next_due()) is not None and due <= target:
        world.slack.clock.set(max(due, world.slack.clock.now()))
        world.settle()
    world.slack.clock.set(max(target, world.slack.clock.now()))
    world.settle()


def told(world: World, user: str) -> list[str]:
    """What the bot told this person of next steps."""
    return [m["text"] for m in world.direct(user) if "Send the plan" in m["text"]]


def test_the_one_who_does_it_hears_of_it_at_once_and_on_the_morning(both: World) -> None:
    log(both)
    assert len(told(both, PRIYA)) == 1
    move_to(both, 6)
    assert told(both, PRIYA)[1] == (
        "To do for Acme Robotics, by Fri 6 Mar, today. Dana Whitlock wrote it down. “Send the plan” "
        "Done or Not needed takes it off your list."
    )
    reminder = both.direct(PRIYA)[-1]
    assert button_ids(reminder) == ["follow_up.done", "follow_up.drop"]
    both.press(PRIYA, direct_channel(both, PRIYA), reminder, "follow_up.done")
    both.settle()
    assert follow_up(both).outcome == "done"
    assert [m["text"].split(". ")[0] for m in both.direct(PRIYA)[-2:]] == ["Done, by Priya Raman, Fri 6 Mar"] * 2
    assert button_ids(both.direct(PRIYA)[-1]) == []
    seen = [m["text"] for m in both.messages("C0ACME", DANA)]
    assert sum("Send the plan (Fri 6 Mar, Priya Raman: done)" in words for words in seen) == 1


def test_a_promise_nobody_kept_is_told_to_who_gave_it_and_to_the_owner(both: World) -> None:
    log(both, promise=["yes"])
    move_to(both, 9)
    assert follow_up(both).outcome == "broken"
    mine, owners = told(both, PRIYA)[-1], told(both, DANA)[-1]
    assert mine.startswith(
        "You promised Acme Robotics this by Fri 6 Mar, 3 days ago, and nobody said that it was done."
    )
    assert owners.startswith("Priya Raman promised Acme Robotics this by Fri 6 Mar, 3 days ago")
    before = (told(both, PRIYA), told(both, DANA))
    move_to(both, 20)
    assert (told(both, PRIYA), told(both, DANA)) == before
    broken = [m for m in both.direct(PRIYA) if button_ids(m) == ["promise.kept"]][-1]
    both.press(PRIYA, direct_channel(both, PRIYA), broken, "promise.kept")
    both.settle()
    assert follow_up(both).outcome == "kept"
    assert all("Promise kept, by Priya Raman" in words for words in told(both, PRIYA)[-2:])


def test_nobody_is_told_of_what_they_gave_themselves(world: World) -> None:
    log(world, follow_up_by=DANA)
    assert told(world, DANA) == []


def test_dropping_it_tells_nobody(world: World) -> None:
    log(world)
    message = world.direct(PRIYA)[-1]
    channel = direct_channel(world, PRIYA)
    number = str(follow_up(world).id)
    with world.bot.db.reading() as session:
        assert session.scalar(select(models.Post.id).where(models.Post.key.startswith(f"follow_up:{number}:given")))
    world.press(PRIYA, channel, message, "follow_up.drop")
    world.settle()
    assert follow_up(world).outcome == "dropped"
    assert told(world, DANA) == [] and told(world, HELEN) == [] and told(world, MARCO) == []
