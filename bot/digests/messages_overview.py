"""A manager's overview: head, what needs them with a button each, the figures, and behind them lists and a file."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from slackblocks.blocks import Block as KitBlock

from bot.accounts.overview_facts import Listing, OverviewAsk, OverviewChart, OverviewSection, OverviewTable
from bot.core.calendar import local_time
from bot.digests.facts_overview import FoldedKind, LastFate, Overview, OverviewPlace
from bot.slack import blocks, form, text
from bot.slack.ids import ActionId, ViewId, numbered
from bot.slack.message import TEXT_LENGTH, Message
from bot.slack.text import bounded

CHARTS = 2
"""As many as Slack takes in one message."""

LABEL_LENGTH, CHART_TITLE_LENGTH = 20, 50
PAGE = 10
"""Rows of a list on one page."""

_TITLES = {
    "daily": "Daily overview",
    "weekly": "Weekly overview",
    "monthly": "Monthly overview",
    "quarterly": "Quarterly overview",
}
_FOLDS = ("sight", "pulses", "wins", "quarter")
"""Sections that lie folded: they are read by who has the time."""

_SHOWS = {
    "needs": "All that needs you",
    "renewals": "Renewals ahead",
    "risks": "At risk",
    "sight": "Out of sight",
    "growth": "Room to grow",
    "quarter": "This quarter",
    "figures": "All figures",
}
_LONGEST = 1500
"""Characters of a section that lies folded."""


def render_overview(facts: Mapping[str, Any]) -> Message:
    """The whole overview; its text says all that its blocks say."""
    overview = Overview.from_facts(facts)
    head = _head(overview)
    parts: list[KitBlock | dict[str, Any]] = [blocks.section(head, accessory=_menu(overview))]
    spoken = [head]
    if late := _late(overview):
        parts.append(blocks.context(late))
        spoken.append(late)
    charts: list[str] = []
    table: OverviewTable | None = None
    at = 0
    sections = {one.key: one for one in overview.sections}
    has_figures = "figures" in sections
    for key in _order(overview):
        section = sections.get(key, OverviewSection(key, _CHANGES))
        lines = _lines(section, overview)
        spoken += [f"{section.title}: {lines[0]}" if lines else section.title, *lines[1:]]
        spoken += [*(ask.words for ask in section.asks), *section.after]
        parts += _section(section, lines)
        if section.table is not None and (key == "figures" or not has_figures):
            table = section.table
            at = len(parts)
        if section.chart is not None and len(charts) < CHARTS:
            parts.append(_chart(section.chart, key))
            charts.append(_chart_words(section.chart))
    folded = [_folded(one) for one in overview.folded]
    parts += [blocks.section("\n".join(folded), accessory=_show(overview.folded[0], overview))] if folded else []
    parts.append(_more(overview))
    told = "\n".join([*spoken, *folded]).replace("*", "")
    if table is not None and len(told) + len(words := _table_words(table)) < TEXT_LENGTH:
        # A table whose numbers the text cannot hold is left to the list behind it.
        parts.insert(at, _table(table))
        told = f"{told}\n{words}"
    for one in charts:
        # Whoever hears the text knows the sums by then: a chart's numbers come last, all of them or none.
        if len(told) + len(one) < TEXT_LENGTH:
            told = f"{told}\n{one}"
    return Message(blocks.fitted(told, TEXT_LENGTH), _built(parts))


def list_view(section: str, place: OverviewPlace, page: int, found: Listing) -> dict[str, Any]:
    """One page of the list behind a section."""
    last = max(0, (found.total - 1) // PAGE)
    span = f", {page * PAGE + 1:,} to {page * PAGE + len(found.rows):,}" if found.total > PAGE and found.rows else ""
    parts: list[KitBlock] = [blocks.section(f"*{found.total:,} in all*{span}")]
    parts += [blocks.section(_row(one)) for one in found.rows]
    if not found.rows:
        parts.append(blocks.section("Nothing is left here. The overview told how it stood when it was sent."))
    turns = [("Back", page - 1)] if page > 0 else []
    turns += [("Next", page + 1)] if page < last else []
    turned = [
        blocks.button(label, numbered(ActionId.OVERVIEW_PAGE, at), as_value(section, place, at)) for label, at in turns
    ]
    if turned:
        parts.append(blocks.actions(*turned))
    return form.modal(ViewId.OVERVIEW_LIST, _SHOWS.get(section, "Overview"), parts)


def as_value(section: str, place: OverviewPlace, page: int = 0) -> str:
    """What a button that opens a list sends."""
    return json.dumps({"section": section, "page": page, **place.to_facts()}, ensure_ascii=False)


def _head(overview: Overview) -> str:
    title = _TITLES.get(overview.rhythm, "Overview")
    accounts = text.count(overview.accounts, "account")
    return f"*{title}* · {text.typed(overview.whose, 120)}, {accounts} · {text.day(overview.as_of, overview.as_of)}"


def _late(overview: Overview) -> str:
    """ "Due Mon 08:00, sent 14:10"; with its day where it was sent on another one."""
    if not (overview.late_since and overview.at):
        return ""
    due, sent = (local_time(datetime.fromisoformat(at), overview.zone) for at in (overview.late_since, overview.at))
    on = "" if due.date() == sent.date() else f"{sent:%a} "
    return f"Due {due:%a %H:%M}, sent {on}{sent:%H:%M}"


def _menu(overview: Overview) -> Any:
    return blocks.menu(("Why am I seeing this?", ActionId.WHY_DIGEST, overview.setup_id))


_CHANGES = "Since the last one"


def _order(overview: Overview) -> list[str]:
    """What needs its reader first, then what became of what the last one asked; the others as they were put."""
    keys = [one.key for one in overview.sections]
    if overview.last is not None and "changes" not in keys:
        keys.insert(1 if keys[:1] == ["needs"] else 0, "changes")
    return keys


def _lines(section: OverviewSection, overview: Overview) -> list[str]:
    lines = list(section.lines)
    if section.key == "needs":
        counts = [f"{count:,} {section.kinds[kind][count != 1]}" for kind, count in section.counts.items()]
        lines = [", ".join(counts), *lines] if counts else lines
    if section.key == "changes" and overview.last is not None:
        lines.insert(0, _fate(overview.last, overview.as_of))
    return lines


def _fate(last: LastFate, as_of: str) -> str:
    """ "The last one, on Mon 2 Mar, asked for 12 things: 7 were acted on, 5 of them within two working days." """
    asked = text.count(last.asked, "thing")
    in_time = f"{last.in_time:,} within two working days"
    acted = f"{last.acted:,} acted on, {in_time}" if last.acted else "none was acted on"
    said = f"The last one, on {text.day(last.sent_on, as_of)}, asked for {asked}: {acted}"
    if not last.waiting:
        return said
    more = last.waiting - len(last.names)
    names = [text.name(name) for name in last.names]
    return f"{said}; {last.waiting:,} still open: {text.listed([*names, f'{more:,} more'] if more > 0 else names)}"


def _section(section: OverviewSection, lines: Sequence[str]) -> Iterator[KitBlock | dict[str, Any]]:
    pressed = any(ask.buttons or ask.menu for ask in section.asks)
    rows = [] if pressed else [ask.words for ask in section.asks]
    body = "\n".join([f"*{section.title}*", *(f"• {line}" for line in (*lines, *rows, *section.after))])
    if section.key in _FOLDS:
        # The first sentence alone: what follows introduces what lies folded.
        first = lines[0].replace("*", "").partition(". ")[0] if lines else ""
        title = f"{section.title}: {first}" if first else section.title
        yield blocks.folded(title, [blocks.section(blocks.fitted(body, _LONGEST))], f"o-{section.key}")
    else:
        yield blocks.section(body)
    if pressed:
        for place, ask in enumerate(section.asks):
            yield from _ask(ask, place)


def _ask(ask: OverviewAsk, place: int) -> Iterator[KitBlock]:
    yield blocks.section(ask.words)
    elements = [blocks.button(one.label, numbered(one.action, place), one.value) for one in ask.buttons]
    if ask.menu:
        elements.append(blocks.menu(*((one.label, one.action, one.value) for one in ask.menu), place=place))
    if elements:
        yield blocks.actions(*elements)


def _folded(one: FoldedKind) -> str:
    return f"Nobody acted on this for four weeks, so it is folded: {one.count:,} {one.words}"


def _show(one: FoldedKind, overview: Overview) -> Any:
    return blocks.button("Show", numbered(ActionId.OVERVIEW_LIST, 99), as_value(one.section, overview.place))


def _more(overview: Overview) -> KitBlock:
    listed = [one.key for one in overview.sections if one.listed and one.key in _SHOWS]
    lists = [
        blocks.button(_SHOWS[key], numbered(ActionId.OVERVIEW_LIST, place), as_value(key, overview.place))
        for place, key in enumerate(listed)
    ]
    return blocks.actions(*lists, blocks.button("All as a file", ActionId.OVERVIEW_FILE, as_value("", overview.place)))


def _row(one: Any) -> str:
    parts = [
        f"*{text.name(one.account)}*",
        text.typed(one.worth, 120),
        text.typed(one.due, 80),
        text.name(one.owner) if one.owner else "",
        text.typed(one.why, 200),
    ]
    return " · ".join(part for part in parts if part)


def _chart(chart: OverviewChart, key: str) -> dict[str, Any]:
    categories = [bounded(one, LABEL_LENGTH) for one in chart.categories]
    return {
        "type": "data_visualization",
        "block_id": f"chart-{key}",
        "title": bounded(chart.title, CHART_TITLE_LENGTH),
        "chart": {
            "type": "bar",
            "series": [
                {
                    "name": bounded(one.name, LABEL_LENGTH),
                    "data": [
                        {"label": label, "value": value} for label, value in zip(categories, one.values, strict=True)
                    ],
                }
                for one in chart.series
            ],
            "axis_config": {"categories": categories, **({"y_label": chart.unit} if chart.unit else {})},
        },
    }


def _chart_words(chart: OverviewChart) -> str:
    """What the chart shows, in words, without what is nothing."""
    said = []
    for place, category in enumerate(chart.categories):
        values = [(one.name, one.values[place]) for one in chart.series if one.values[place]]
        if values and len(chart.series) == 1:
            said.append(f"{category} {text.number(values[0][1])}")
        elif values:
            said.append(f"{category} {', '.join(f'{name} {text.number(value)}' for name, value in values)}")
    return f"{chart.title}: {'; '.join(said)}"


def _table(table: OverviewTable) -> dict[str, Any]:
    rows = [table.head, *table.rows]
    return {
        "type": "data_table",
        "block_id": "table",
        "caption": table.caption,
        "rows": [[{"type": "raw_text", "text": cell or "–"} for cell in row] for row in rows],
        "page_size": 10,
        "row_header_column_index": 0,
    }


def _table_words(table: OverviewTable) -> str:
    heads = f" ({' / '.join(table.head[1:])})" if len(table.head) > 2 else ""
    rows = [f"{first}: {' / '.join(cells)}" for first, *cells in table.rows]
    return f"{table.caption}{heads}. {'; '.join(rows)}"


def _built(parts: Sequence[KitBlock | dict[str, Any]]) -> blocks.Blocks:
    made = iter(blocks.built([part for part in parts if not isinstance(part, dict)]))
    return [part if isinstance(part, dict) else next(made) for part in parts]
