"""`/touch` and the form behind it: logged in one line, from nothing, or from a message; edited and deleted."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot import follow_ups, touchpoints
from bot.accounts import customer_people as people_there
from bot.accounts import search as account_search
from bot.accounts.people_facts import NamedThere
from bot.db.work import Work
from bot.errors import FieldErrors, Refused
from bot.slack.ids import ActionId, ShortcutId, ViewId
from bot.touchpoints import NewTouchpoint, TouchpointEdit, announce, leading_name, queries
from bot.touchpoints.forms import Draft, TouchForm, deleted_view, kept_view, read_touch, shortened, touch_form
from bot.touchpoints.messages import logged_answer, no_contact
from bot.touchpoints.rules.line import TouchKind, Via, parse_line, says_enough, unknown_name
from bot.workspace import members
from bot.workspace.members import MemberView
from handlers import people, touch_prefill
from handlers.inbound import identity, slack_message
from handlers.inbound.request import ModalMode, OpenModal, Request, Response
from handlers.inbound.router import Router

DELETED = "Deleted. The account's timeline says so."
OWN_MESSAGE = "That is a message of mine, and no word with the customer. Log what they said with `/touch`."
MESSAGE_GONE = "That message is gone, or I cannot read it. Log it with `/touch` instead."


def register(router: Router) -> None:
    """Tell the router what is handled here."""
    router.command("/touch", open_or_log)
    router.shortcut(ShortcutId.LOG_TOUCH, open_touch)
    router.shortcut(ShortcutId.LOG_MESSAGE, open_message)
    router.action(ActionId.OPEN_TOUCH, open_touch)
    router.action(ActionId.TOUCH_FROM_MESSAGE, open_marked)
    router.action(ActionId.EDIT_TOUCH, open_edit)
    router.action(ActionId.DELETE_TOUCH, choose_delete)
    router.submit(ViewId.LOG_TOUCH, submit_touch)
    router.submit(ViewId.EDIT_TOUCH, submit_edit)


def open_or_log(request: Request) -> Response:
    """`/touch acme called Dana…` logs at once; with a name alone, or no clear account or day, the form comes up."""
    with request.reading() as work:
        here = account_search.account_of_channel(work, request.channel or "")
        named = leading_name.named(work, request.text, here)
        unknown = unknown_name(request.text) if named.account is None and not named.offered else ""
        near = account_search.nearest_accounts(work, unknown) if unknown else named.offered
    said = parse_line(named.words, request.today, named.account.name if named.account else "")
    if named.account is None or not says_enough(said) or said.odd_day:
        return _form(request, touch_prefill.from_line(request, named.account, named.words, near, here, unknown))
    new = NewTouchpoint(
        account_id=named.account.id,
        at=touch_prefill.moment_of(request, said.on),
        logged_by_id=request.person.id,
        by_id=request.person.id,
        kind=said.kind,
        contact=said.contact,
        purpose=said.purpose,
        mood=said.mood,
        words=said.words,
        via=Via.COMMAND,
    )
    with request.writing() as work:
        logged = touchpoints.log(work, new)
        touch = touchpoints.read(work, logged.id)
        assert touch is not None
        unknown = people.offered_for_adding(work, request, touch.account_id, said.contact)
        name, several = people_there.unclear(
            work, touch.account_id, said.contact if said.kind != TouchKind.NOTE else ""
        )
        return logged_answer(announce.line_of(work, touch), touch.account_id, unknown, (name, len(several)))


def open_touch(request: Request) -> Response:
    """The empty form: from the shortcut, or from a button that names the account."""
    with request.reading() as work:
        account = account_search.account_named(work, request.number) if request.number else None
    return _form(request, touch_prefill.from_line(request, account, ""))


def open_message(request: Request) -> Response:
    """The message shortcut: the form with the message's words, author and time."""
    message = request.body["message"]
    if message.get("app_id") is not None and message["app_id"] == request.body.get("api_app_id"):
        raise Refused(OWN_MESSAGE)
    return _from_message(request, str(request.channel), request.body["message"], asks_first=True)


def open_marked(request: Request) -> Response:
    """A message that was marked where the channel names no account: the form asks which one."""
    channel, _, ts = request.value.partition(":")
    message = slack_message.fetch(request.client, channel, ts) if ts else None
    if message is None:
        raise Refused(MESSAGE_GONE)
    return _from_message(request, channel, message)


def submit_touch(request: Request) -> Response:
    """Log what the form says; words about a message that someone else has logged meanwhile are kept as a note."""
    form = read_touch(request.view)
    _look_at_owner(request, form)
    source = form.source
    with request.writing() as work:
        author = members.find(work, source.author) if source.author else None
        named = people.keep_named(work, request, form.account_id, form.who)
        logged = touchpoints.log(work, _new(request, form, author, named))
        if not logged.is_new:
            return _add_to(work, request, form, logged.id, named)
        _add_step(work, request, form, logged.id, named)
    return None


def open_edit(request: Request) -> Response:
    """Edit: the form with what is there, for its authors and managers."""
    with request.reading() as work:
        touch = touchpoints.require_author(work, request.person, request.number)
        draft = touch_prefill.from_touch(work, request, touch)
    return _form(request, draft)


def submit_edit(request: Request) -> None:
    """Correct the touchpoint."""
    form = read_touch(request.view)
    _look_at_owner(request, form)
    number = form.source.touchpoint_id
    with request.writing() as work:
        touch = touchpoints.require_author(work, request.person, number)
        # A field holds less than a message may: what it showed shortened, and nobody changed, stays whole.
        words = touch.words if form.words == shortened(touch.words) else form.words
        named = people.keep_named(work, request, form.account_id, form.who)
        to = TouchpointEdit(
            form.account_id,
            _same_minute(form.at, touch.at),
            form.kind,
            named.contact,
            form.purpose,
            form.mood,
            words,
            named.picked,
        )
        touchpoints.edit(work, number, to, request.person.id)
        _add_step(work, request, form, number, named)


def choose_delete(request: Request) -> Response:
    """Delete, or Undo right after logging."""
    with request.writing() as work:
        touchpoints.require_author(work, request.person, request.number)
        follow_ups.drop_open(work, f"touchpoint:{request.number}", request.person.id)
        touchpoints.delete(work, request.number, request.person.id)
    return OpenModal(deleted_view(), ModalMode.UPDATE) if request.view.get("type") == "modal" else DELETED


def _from_message(request: Request, channel: str, message: object, asks_first: bool = False) -> Response:
    """The form for a message; `asks_first`: not before someone said that a message of no customer tells of one."""
    assert isinstance(message, dict)
    seen = slack_message.look(request.db, request.client, request.workspace_id, channel, message, request.now)
    with request.reading() as work:
        touch = touchpoints.by_source(work, seen.key)
        if touch is not None:
            if not queries.may_change(touch, request.person):
                raise Refused(queries.logged_already(touch, request.person))
            draft = touch_prefill.from_touch(work, request, touch)
        account = account_search.account_of_channel(work, channel)
    if touch is not None:
        return _form(request, draft)
    if seen.unfit and asks_first:
        return no_contact(seen.writer, seen.unfit, channel, seen.ts)
    return _form(request, touch_prefill.from_message(request, account, seen))


def _form(request: Request, draft: Draft) -> OpenModal:
    """The form, with whom of the customer's people its contact means."""
    with request.reading() as work:
        who = people.who_draft(work, int(draft.account[1]) if draft.account else 0, draft.contact)
    return OpenModal(touch_form(draft, who), request.how)


def _add_to(work: Work, request: Request, form: TouchForm, number: int, named: NamedThere) -> Response:
    """Words about a message that was logged meanwhile: who may edit that does so there, for others they are a note.

    Raises FieldErrors while the words still stand.
    """
    touch = touchpoints.read(work, number)
    assert touch is not None
    already = queries.logged_already(touch, request.person)
    if queries.may_change(touch, request.person):
        how = "Your words are still here: copy them, then choose “Log touchpoint” on the message again to edit it."
        raise FieldErrors({"words": f"{already} {how}"})
    note = replace(
        _new(request, form, request.person, named), kind=TouchKind.NOTE, source_key=None, channel=None, thread_ts=None
    )
    kept = touchpoints.log(work, replace(note, by_id=request.person.id))
    _add_step(work, request, form, kept.id, named)
    return OpenModal(kept_view(already))


def _new(request: Request, form: TouchForm, author: MemberView | None, named: NamedThere) -> NewTouchpoint:
    source = form.source
    is_message = bool(source.ts)
    by = request.person if not is_message else author if author and not author.is_outsider else None
    return NewTouchpoint(
        account_id=form.account_id,
        at=_same_minute(form.at, slack_message.moment_of(source.ts, request.now)) if is_message else form.at,
        logged_by_id=request.person.id,
        by_id=by.id if by else None,
        kind=form.kind,
        contact=named.contact,
        picked=named.picked,
        purpose=form.purpose,
        mood=form.mood,
        words=form.words,
        via=Via.MESSAGE if is_message else Via.FORM,
        source_key=queries.message_key(source.channel, source.ts) if is_message else None,
        permalink=source.permalink,
        channel=source.channel or None,
        thread_ts=source.thread_ts or None,
    )


def _look_at_owner(request: Request, form: TouchForm) -> None:
    """Meet who is to do the next step; whoever is not of the team is refused when it is written down."""
    if form.step_by:
        identity.person_of(request.db, request.client, request.workspace_id, form.step_by, request.now)


def _add_step(work: Work, request: Request, form: TouchForm, touchpoint_id: int, named: NamedThere) -> None:
    if not form.step or form.step_on is None:
        return
    owner = members.find(work, form.step_by) if form.step_by else request.person
    if owner is None or owner.is_outsider:
        raise FieldErrors({"follow_up_by": "Choose someone of the team."})
    follow_ups.add(
        work,
        form.account_id,
        owner.id,
        form.step,
        form.step_on,
        form.is_promise,
        f"touchpoint:{touchpoint_id}",
        request.person.id,
        named.contact if form.is_promise else "",
    )


def _same_minute(chosen: datetime, exact: datetime) -> datetime:
    """The exact moment, when the field, which shows minutes only, was left as it was."""
    return exact if int(exact.timestamp()) // 60 == int(chosen.timestamp()) // 60 else chosen
