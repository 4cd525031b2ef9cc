"""`/proof`: the sheet for prospects as two files in a manager's direct messages."""

from __future__ import annotations

from bot.core.days import spoken_day
from bot.errors import NotForYou, Refused
from bot.metrics import settings
from bot.proof.markdown import markdown
from bot.proof.picture import picture
from bot.proof.sheet import proof_sheet
from bot.touchpoints.rules.line_days import day_behind
from handlers.inbound.files import NamedFile, send_later
from handlers.inbound.request import Request, Response
from handlers.inbound.router import Router

NO_DAY = "Write a day behind it, as in `/proof 30 June`, or nothing for today."
NOT_A_MANAGER = "The proof sheet is for managers and admins. Ask one of them."


def register(router: Router) -> None:
    """Tell the router what is handled here."""
    router.command("/proof", choose_proof)


def choose_proof(request: Request) -> Response:
    """The sheet as of today or a past day: Markdown to send on, and a picture of the year."""
    if not request.person.manages:
        raise NotForYou(NOT_A_MANAGER)
    told = day_behind(request.text, request.today)
    day = told.on if told and told.on and not told.rest else request.today
    if request.text and (told is None or told.rest or told.on is None):
        raise Refused(NO_DAY)
    if day > request.today:
        raise Refused(f"{spoken_day(day, request.today)} has not come yet. Give today or an earlier day.")

    def make() -> list[NamedFile]:
        with request.reading() as work:
            sheet = proof_sheet(work, day, settings.rates(work))
        name = f"proof-{day}"
        words = "How customers are kept. No customer is named in it, and nothing that fewer than five stand behind."
        return [
            NamedFile(f"{name}.md", markdown(sheet).encode(), words),
            NamedFile(f"{name}.svg", picture(sheet).encode(), "The same as a picture."),
        ]

    return send_later(request, make)
