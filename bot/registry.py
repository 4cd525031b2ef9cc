"""What a feature may bring, and how it is put in: jobs, posts, timeline, digest, commands, and what it listens to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.accounts import digest_parts, figure_parts, overview_parts, story_parts, timeline, timeline_facts
from bot.accounts.digest_parts import DigestPart
from bot.accounts.figure_parts import FigurePart
from bot.accounts.overview_parts import OverviewPart
from bot.accounts.story_parts import StoryPart
from bot.accounts.timeline import Happened, TimelineSource
from bot.accounts.timeline_facts import TimelineKind
from bot.agenda import runner, sweep
from bot.agenda.runner import JobHandler, ReadsAhead
from bot.agenda.sweep import PageOf
from bot.core import announcements, events
from bot.core.events import Listener
from bot.db.work import Work
from bot.posts import kinds
from bot.posts.kinds import PostKind
from bot.slack import commands, renderers, samples
from bot.slack.commands import Command
from bot.slack.renderers import Render
from bot.slack.samples import SamplesOf
from bot.workspace import alerts, replan
from bot.workspace.alerts import AlertKind


@dataclass(frozen=True)
class Feature:
    """All that one feature brings to the places that are shared by all.

    `jobs`: kind → what runs it; `reads_ahead`: kind → what it reads that takes long; `announced`: kind → how an
    account's story announces it; `wait_for_return`: kinds that may wait until somebody is back. `subjects`: noun of a
    job's subject → an account's open rows of it. `posts`: kind → renderer; `audience`: kind → who is told where its
    channel is closed to it; `alerts`: why those come that can be asked, and how one is wrong. `samples`: made-up posts,
    answers and views, one of each kind at least.
    `timeline`: what an account's timeline shows, each as one of `timeline_kinds`; `story`: lines that it adds to an
    account's story; `overview`: what managers are told of it, `figures`: what it adds to their figures. `commands` in
    the order in which help names them. `listeners`: event → what acts on it, in order. `at_night` runs once as a night
    begins, `each_night` on every page of accounts, `replan` on every page of them after a change of policy.
    """

    jobs: Mapping[str, JobHandler] = field(default_factory=dict)
    reads_ahead: Mapping[str, ReadsAhead] = field(default_factory=dict)
    announced: Mapping[str, str] = field(default_factory=dict)
    wait_for_return: Sequence[str] = ()
    subjects: Mapping[str, Callable[[int], Happened]] = field(default_factory=dict)
    posts: Mapping[str, Render] = field(default_factory=dict)
    audience: Mapping[str, PostKind] = field(default_factory=dict)
    alerts: Sequence[AlertKind] = ()
    samples: Sequence[SamplesOf] = ()
    timeline_kinds: Mapping[str, TimelineKind] = field(default_factory=dict)
    timeline: Mapping[str, TimelineSource] = field(default_factory=dict)
    story: Sequence[StoryPart] = ()
    digest: Sequence[DigestPart] = ()
    overview: Sequence[OverviewPart] = ()
    figures: Sequence[FigurePart] = ()
    commands: Sequence[Command] = ()
    listeners: Mapping[type[Any], Sequence[Listener]] = field(default_factory=dict)
    at_night: Sequence[Callable[[Work], None]] = ()
    each_night: Sequence[PageOf] = ()
    replan: Sequence[PageOf] = ()


def install(features: Sequence[Feature]) -> None:
    """Put in what these features bring; what was there before is taken out.

    Raises ValueError when two bring the same name: one of them would be lost.
    """
    _fill(runner.HANDLERS, [one.jobs for one in features])
    _fill(runner.READS_AHEAD, [one.reads_ahead for one in features])
    _fill(announcements.STORY, [one.announced for one in features])
    _fill(timeline.SUBJECTS, [one.subjects for one in features])
    _fill(renderers.RENDERERS, [one.posts for one in features])
    _fill(kinds.KINDS, [one.audience for one in features])
    _fill(alerts.KINDS, [{kind.name: kind for kind in one.alerts} for one in features])
    _fill(timeline_facts.KINDS, [one.timeline_kinds for one in features])
    _fill(timeline.SOURCES, [one.timeline for one in features])
    _fill(announcements.WAIT_FOR_RETURN, [dict.fromkeys(one.wait_for_return) for one in features])
    story_parts.PARTS[:] = [part for one in features for part in one.story]
    digest_parts.PARTS[:] = sorted((part for one in features for part in one.digest), key=lambda part: part.place)
    figure_parts.PARTS[:] = [part for one in features for part in one.figures]
    overview_parts.PARTS[:] = sorted((part for one in features for part in one.overview), key=lambda part: part.place)
    samples.SAMPLES[:] = [made for one in features for made in one.samples]
    commands.COMMANDS[:] = [command for one in features for command in one.commands]
    sweep.FIRST[:] = [begin for one in features for begin in one.at_night]
    sweep.PAGES[:] = [page for one in features for page in one.each_night]
    replan.PAGES[:] = [page for one in features for page in one.replan]
    listeners: dict[type[Any], list[Listener]] = {}
    for one in features:
        for event, several in one.listeners.items():
            listeners.setdefault(event, []).extend(several)
    events.subscribe(listeners)


def _fill(shared: dict[str, Any], brought: Sequence[Mapping[str, Any]]) -> None:
    found: dict[str, Any] = {}
    for names in brought:
        if twice := found.keys() & names.keys():
            raise ValueError(f"two features bring {', '.join(sorted(twice))}")
        found.update(names)
    # Another bot of this process may be looking a name up: what it knows is not taken away to be put in again.
    shared.update(found)
    for gone in shared.keys() - found.keys():
        del shared[gone]
