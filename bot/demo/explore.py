"""Things to try in the demo, as the sandbox's page lists them and ticks them off; and what one sees first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.slack.ids import ActionId, ViewId

DANA, MARCO, PRIYA, HELEN = "U0REP1", "U0REP2", "U0SUP1", "U0MGR1"
KIM, RUTH = "U0GST1", "U0OUT1"
ACME, CEDAR, HARBORLINE, MERIDIAN = "C0ACME", "C0CEDAR", "C0HARBOR", "C0MERIDIAN"
LEADERS = "C0LEADERS"
FIRST_LOOK = {"as": DANA, "at": "C0MIDMARKET"}
"""A channel in which four renewals stand one under the other, each in another state."""


def _step(
    id: str, title: str, hint: str, done_by: Sequence[dict[str, Any]], who: str = "", at: str = ""
) -> dict[str, Any]:
    return {"id": id, "title": title, "hint": hint, "as": who, "at": at, "done_by": list(done_by)}


def _press(*names: str) -> list[dict[str, Any]]:
    # Where a message has several buttons of one kind, a number stands behind the name.
    return [{"kind": "press", "name": f"{name}*"} for name in names]


def _command(name: str, user: str = "") -> dict[str, Any]:
    return {"kind": "command", "name": name, "user": user}


def _submit(name: str) -> dict[str, Any]:
    return {"kind": "submit", "name": name}


TO_TRY: list[dict[str, Any]] = [
    _step(
        "claim",
        "Take a renewal on",
        "Nobody is on it yet: press “I'm on it”.",
        _press(ActionId.CLAIM_RENEWAL),
        DANA,
        ACME,
    ),
    _step(
        "update",
        "Say how a renewal stands",
        "Press “Update…” on the card.",
        [_submit(ViewId.UPDATE_RENEWAL)],
        DANA,
        CEDAR,
    ),
    _step(
        "pulse",
        "Answer a pulse",
        "How is Acme doing? One press.",
        [*_press(ActionId.PULSE_GREEN), _submit(ViewId.ANSWER_PULSE)],
        DANA,
        ACME,
    ),
    _step(
        "story",
        "Ask for the whole story",
        "Type /account acme.",
        [_command("/account")],
        DANA,
        ACME,
    ),
    _step(
        "touch",
        "Log a call in one line",
        "Type /touch Called them about the roll-out.",
        [_command("/touch")],
        PRIYA,
        ACME,
    ),
    _step(
        "accept",
        "Accept a handoff",
        "Marco hands Larch & Sons over.",
        _press(ActionId.ACCEPT_HANDOFF),
        PRIYA,
        "home",
    ),
    _step(
        "people",
        "See who there is at a customer",
        "Type /people acme: who decides, and who has not been met.",
        [_command("/people")],
        DANA,
        ACME,
    ),
    _step(
        "competitor",
        "Answer a competitor",
        "Norvia is after Cedar Health: press “Answer it…”.",
        [_submit(ViewId.ANSWER_CLAIM)],
        DANA,
        CEDAR,
    ),
    _step(
        "nurture",
        "Tell a customer something",
        "🌱 in Acme's channel says what, and why: press “Sent”.",
        _press(ActionId.SEND_NURTURE),
        DANA,
        ACME,
    ),
    _step(
        "opportunity",
        "Write an opportunity down",
        "Below it: press “Interested”, then “An opportunity…”. Or type /grow acme.",
        [_submit(ViewId.OPPORTUNITY)],
        DANA,
        ACME,
    ),
    _step(
        "one_off",
        "Look at one-off work again",
        "In Messages: what has changed at Norrland Timber?",
        [_submit(ViewId.REQUALIFY)],
        MARCO,
        "home",
    ),
    _step(
        "referral",
        "Ask for a referral",
        "In Messages: whom, and why now. Press “Asked”. /referral cedar says why not there.",
        _press(ActionId.ASKED_HINT),
        DANA,
        "home",
    ),
    _step(
        "whitespace",
        "See where there is room to grow",
        "Type /grow segment Enterprise; /time team says where time goes.",
        [_command("/grow", HELEN), _command("/time", HELEN)],
        HELEN,
        LEADERS,
    ),
    _step(
        "digest",
        "Read a manager's week",
        "Helen's overview is in Messages. Type /digest to set up another.",
        [_command("/digest", HELEN)],
        HELEN,
        "home",
    ),
    _step(
        "week",
        "Move a week ahead",
        "Press “+1 week” at the top. Whoever did nothing is asked.",
        [{"kind": "clock", "days": 7}],
        "",
        "clock",
    ),
    _step(
        "guest",
        "Look as a guest",
        "What Kim, who only writes for us, can read.",
        [{"kind": "look", "user": KIM, "channel": HARBORLINE}],
        KIM,
        HARBORLINE,
    ),
    _step(
        "outsider",
        "Ask as the customer",
        "Type /renewal acme: Ruth learns nothing.",
        [_command(name, RUTH) for name in ("/renewal", "/account")],
        RUTH,
        MERIDIAN,
    ),
]
"""Each by what was done: what a list of ticks is worth if it believes what people say, any list knows."""
