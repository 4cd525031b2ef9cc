"""Rich text: sections, lists, quotes and code, and the pieces they are made of."""

from bot.sandbox.strict.composition import ADDRESS
from bot.sandbox.strict.shapes import Check, choice, flag, items, number, one_of, shape, string

MOST = 1000
NAME = string(255, 1)

STYLE = shape(
    optional=dict.fromkeys(
        ("bold", "italic", "strike", "underline", "code", "highlight", "client_highlight", "unlink"), flag
    )
)
STYLED: dict[str, Check] = {"style": STYLE}

PIECE = one_of(
    {
        "text": shape({"text": string(12_000, 1)}, STYLED),
        "link": shape({"url": ADDRESS}, {**STYLED, "text": string(3000), "unsafe": flag}),
        "user": shape({"user_id": NAME}, STYLED),
        "usergroup": shape({"usergroup_id": NAME}, STYLED),
        "channel": shape({"channel_id": NAME}, STYLED),
        "team": shape({"team_id": NAME}, STYLED),
        "emoji": shape({"name": NAME}, {**STYLED, "unicode": NAME, "skin_tone": number(1, 6), "url": ADDRESS}),
        "broadcast": shape({"range": choice("here", "channel", "everyone")}, STYLED),
        "date": shape({"timestamp": number(0), "format": NAME}, {**STYLED, "url": ADDRESS, "fallback": string(3000)}),
        "color": shape({"value": NAME}, STYLED),
    }
)
PIECES = items(PIECE, 0, MOST)
EDGES: dict[str, Check] = {"border": number(0, 1)}

SECTION = shape({"elements": PIECES})
LIST = shape(
    {"elements": items(one_of({"rich_text_section": SECTION}), 1, MOST), "style": choice("bullet", "ordered")},
    {**EDGES, "indent": number(0, 8), "offset": number(0)},
)

RICH_ELEMENTS = one_of(
    {
        "rich_text_section": SECTION,
        "rich_text_list": LIST,
        "rich_text_quote": shape({"elements": PIECES}, EDGES),
        "rich_text_preformatted": shape({"elements": PIECES}, {**EDGES, "language": NAME}),
    }
)


def rich_text(least: int, ids: dict[str, Check]) -> Check:
    """A rich_text object with at least `least` parts; `ids` are the ids it may carry."""
    return one_of({"rich_text": shape({"elements": items(RICH_ELEMENTS, least, MOST)}, ids)})
