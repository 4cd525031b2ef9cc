"""`/digest`: one's digests and how they stand; to set one up, look at it before, pause it, and have it now."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.core.calendar import local_date
from bot.core.days import spoken_day
from bot.db.work import Work
from bot.digests import change, content, jobs, personal, setups, standing
from bot.digests.choice import DigestChoice, Timing
from bot.digests.forms import digest_form, read_digest, setup_of
from bot.digests.messages import why_digest, why_earlier
from bot.digests.messages_list import about, list_view, preview_view
from bot.digests.overview import FIGURES, LEADERSHIP, PART_NAMES
from bot.digests.scope import Rhythm, ScopeKind
from bot.digests.when import timing_words
from bot.errors import NotForYou
from bot.slack.ids import ActionId, ViewId
from bot.slack.renderers import render
from bot.workspace import hours as workspace_hours
from bot.workspace import members
from bot.workspace import settings as workspace_settings
from bot.workspace.reasons import coming_line
from handlers.inbound import readers
from handlers.inbound.request import ModalMode, OpenModal, RefreshModal, Request, Response
from handlers.inbound.router import Router

NEW = DigestChoice(ScopeKind.ME, Timing(Rhythm.DAILY))


def register(router: Router) -> None:
    """Tell the router what is handled here."""
    router.command("/digest", open_digests)
    router.action(ActionId.SHOW_DIGESTS, open_digests)
    router.action(ActionId.NEW_DIGEST, open_new)
    router.action(ActionId.EDIT_DIGEST, open_digest)
    router.action(ActionId.PAUSE_DIGEST, press_pause)
    router.action(ActionId.RESUME_DIGEST, press_resume)
    router.action(ActionId.SEND_DIGEST, press_send)
    router.action(ActionId.REMOVE_DIGEST, press_remove)
    router.action(ActionId.PREVIEW_DIGEST, open_preview)
    router.action(ActionId.CHOOSE_DIGEST_SCOPE, choose_scope)
    router.action(ActionId.WHY_DIGEST, open_why)
    router.submit(ViewId.SET_DIGEST, submit_digest)


def open_digests(request: Request) -> Response:
    """My digests; by `/digest new` the form of a new one.

    From a modal they take its place: Slack stacks three, and a preview is the third.
    """
    if request.text.casefold() == "new":
        return open_new(request)
    how = ModalMode.UPDATE if request.view.get("type") == "modal" else ModalMode.OPEN
    with request.reading() as work:
        return OpenModal(_list(work, request), how)


def open_new(request: Request) -> Response:
    """The form of a new one."""
    with request.reading() as work:
        return OpenModal(_form(work, request, NEW), request.how)


def open_digest(request: Request) -> Response:
    """The form of one that is set up."""
    with request.reading() as work:
        one = setups.own(work, request.person, request.number)
        return OpenModal(_form(work, request, one.choice, one.id), request.how)


def choose_scope(request: Request) -> Response:
    """The form as another scope has it; what else was chosen stays."""
    with request.reading() as work:
        chosen = read_digest(request.view)
        return OpenModal(_form(work, request, chosen, setup_of(request.view)), ModalMode.UPDATE)


def open_preview(request: Request) -> Response:
    """What the digest would say now, as it is chosen in the form."""
    chosen, setup_id = read_digest(request.view), setup_of(request.view)
    # Over a whole book the figures take longer than whoever asks may wait.
    quick = replace(chosen, left_out=frozenset({*chosen.left_out, FIGURES}))
    with request.reading() as work:
        if not setups.may_have(request.person, chosen):
            raise NotForYou(change.FOR_MANAGERS)
        before = setups.own(work, request.person, setup_id) if setup_id else None
        if before is not None and setups.is_same_scope(work, request.person, before.choice, chosen):
            made = content.make(work, request.person, quick, setups.since(before), before.told, setup_id)
        else:
            made = content.make(work, request.person, quick, None, {}, setup_id)
    message = render(made.kind, made.facts.to_facts()) if made and made.facts else None
    is_for_leadership = chosen.kind is not ScopeKind.ME and chosen.timing.rhythm in LEADERSHIP
    return OpenModal(preview_view(message, is_for_leadership and FIGURES not in chosen.left_out), request.how)


def submit_digest(request: Request) -> Response:
    """Keep it, and plan its next moment."""
    chosen = read_digest(request.view)
    if not setups.may_have(request.person, chosen):
        raise NotForYou(change.FOR_MANAGERS)
    with request.reading() as work:
        guests_may_read = workspace_settings.read(work).guests_may_read
    readers.require_open(request, (chosen.channel,), guests_may_read)
    with request.writing() as work:
        change.save(work, request.person, chosen, setup_of(request.view))
        under = str(request.view.get("previous_view_id") or "")
        shown = _list(work, request)
        return RefreshModal(under, shown) if under else OpenModal(shown)


def press_pause(request: Request) -> Response:
    """No more of it until it is resumed."""
    return _pause(request, True)


def press_resume(request: Request) -> Response:
    """It comes again."""
    return _pause(request, False)


def press_send(request: Request) -> Response:
    """It comes now, if there is something to say."""
    with request.writing() as work:
        jobs.send_now(work, request.person, request.number)
        return _shown_again(work, request)


def press_remove(request: Request) -> Response:
    """It comes no more, and is gone from the list."""
    with request.writing() as work:
        change.remove(work, request.person, request.number)
        return _shown_again(work, request)


def open_why(request: Request) -> Response:
    """Why a digest came: who set it up, over what and when."""
    with request.reading() as work:
        one = setups.by_ids(work, [request.number]).get(request.number)
        by = members.by_id(work, one.member_id) if one else None
        # One that comes to its person alone is nobody else's, whatever number a button names.
        is_theirs = one is not None and one.choice.channel is None and one.member_id != request.person.id
        if one is None or by is None or is_theirs:
            return OpenModal(why_earlier(request.value), request.how)
        zone = setups.hours_of(work, by.id, one.choice).zone
        planned = jobs.next_moments(work, [one.id]).get(one.id)
    day = spoken_day(local_date(planned.due_at, request.person.timezone), request.today) if planned else ""
    following = coming_line(day, "A digest, if something is new by then")
    is_mine = by.id == request.person.id
    what = about(one.choice, one.lead, "your" if is_mine else "their")
    when = timing_words(one.choice.timing, zone)
    is_own = one.choice.kind is ScopeKind.ME
    return OpenModal(why_digest("" if is_mine else by.name, what, when, is_own, following), request.how)


def _pause(request: Request, is_paused: bool) -> Response:
    with request.writing() as work:
        change.set_paused(work, request.person, request.number, is_paused)
        return _shown_again(work, request)


def _shown_again(work: Work, request: Request) -> OpenModal:
    return OpenModal(_list(work, request), ModalMode.UPDATE)


def _list(work: Work, request: Request) -> dict[str, Any]:
    return list_view(standing.of_person(work, request.person.id), request.now)


def _form(work: Work, request: Request, chosen: DigestChoice, setup_id: int = 0) -> dict[str, Any]:
    own = chosen.kind is ScopeKind.ME
    parts = personal.part_names() if own else PART_NAMES
    hours = [workspace_hours.of_person(work, request.person.id), workspace_hours.read(work).hours]
    offered = setups.offered(work, request.person)
    return digest_form(offered, chosen, hours if offered.is_manager else hours[:1], parts, setup_id)
