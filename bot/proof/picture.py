"""The proof sheet as a picture: SVG, which any browser shows and any office program takes."""

from __future__ import annotations

from xml.sax.saxutils import escape

from bot.proof.facts import ProofSheet, TierYear
from bot.proof.markdown import KINDS, TITLE, TOO_FEW, YEAR, intro, number
from bot.proof.rules import total_of

WIDTH, MARGIN = 1120, 40
TILE, TILE_HEIGHT, TILES_A_ROW = 198, 96, 5
PANEL, BARS = 190, 110
COLOURS = ("#1d5fa8", "#d9822b", "#3d8b5f")
INK, SOFT, LINE = "#1c1f24", "#5c6470", "#d8dde3"


def picture(sheet: ProofSheet) -> str:
    """The figures as tiles, and below them a row of bars for each tier. What is a colour is written beside it too."""
    tiles, below = _tiles(sheet, 110)
    top = below + 56
    highest = max((of(month) or 0 for tier in sheet.tiers for month in tier.months for _, of in KINDS), default=0)
    panels = [_panel(tier, top + place * PANEL, highest) for place, tier in enumerate(sheet.tiers)]
    height = top + PANEL * len(sheet.tiers) + MARGIN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}" '
        f'role="img" font-family="Helvetica, Arial, sans-serif">',
        f"<title>{escape(TITLE)}</title>",
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
        _text(MARGIN, 56, TITLE, 30, weight="bold"),
        _text(MARGIN, 84, intro(sheet), 13, SOFT),
        *tiles,
        _text(MARGIN, below + 30, f"{YEAR}: what a customer got, a month", 20, weight="bold"),
        *_legend(below + 30),
        *(part for panel in panels for part in panel),
        "</svg>",
    ]
    return "\n".join([*parts, ""])


def _tiles(sheet: ProofSheet, top: int) -> tuple[list[str], int]:
    parts = []
    for place, one in enumerate(sheet.figures):
        x, y = MARGIN + place % TILES_A_ROW * (TILE + 12), top + place // TILES_A_ROW * (TILE_HEIGHT + 12)
        value, size = (one.value, 30) if one.value else (TOO_FEW, 18)
        parts.append(
            f'<rect x="{x}" y="{y}" width="{TILE}" height="{TILE_HEIGHT}" rx="8" fill="none" stroke="{LINE}"/>'
        )
        parts.append(_text(x + 14, y + 42, value, size, weight="bold"))
        parts += [_text(x + 14, y + 66 + 17 * row, words, 13, SOFT) for row, words in enumerate(_wrapped(one.name, 27))]
    rows = -(-len(sheet.figures) // TILES_A_ROW)
    return parts, top + rows * (TILE_HEIGHT + 12)


def _legend(y: int) -> list[str]:
    parts, x = [], 620
    for colour, (name, _) in zip(COLOURS, KINDS, strict=True):
        parts.append(f'<rect x="{x}" y="{y - 11}" width="12" height="12" fill="{colour}"/>')
        parts.append(_text(x + 18, y, name, 13))
        x += 60 + 9 * len(name)
    return parts


def _panel(tier: TierYear, top: int, highest: float) -> list[str]:
    parts = [_text(MARGIN, top + 24, tier.tier, 15, weight="bold")]
    totals = [total_of([of(month) for month in tier.months]) for _, of in KINDS]
    if all(of(month) is None for month in tier.months for _, of in KINDS):
        return [*parts, _text(MARGIN, top + 48, TOO_FEW, 13, SOFT)]
    for row, ((name, _), total) in enumerate(zip(KINDS, totals, strict=True)):
        words = f"{name}: {number(total)}{' a year' if total is not None else ''}"
        parts.append(_text(MARGIN, top + 50 + 19 * row, words, 13, SOFT))
    left, step, ground = MARGIN + 220, 68, top + 24 + BARS
    parts.append(f'<line x1="{left}" y1="{ground}" x2="{left + 12 * step}" y2="{ground}" stroke="{LINE}"/>')
    for place, month in enumerate(tier.months):
        x = left + place * step + 8
        values = [of(month) for _, of in KINDS]
        for bar, (value, colour) in enumerate(zip(values, COLOURS, strict=True)):
            tall = 0.0 if not value or not highest else value / highest * (BARS - 22)
            at = x + bar * 17
            if tall:
                parts.append(f'<rect x="{at}" y="{ground - tall:.1f}" width="15" height="{tall:.1f}" fill="{colour}"/>')
                words = number(value).replace("under ", "<")
                parts.append(_text(at + 7, round(ground - tall) - 4, words, 10, SOFT, anchor="middle"))
        if values[0] is None:
            parts.append(_text(x + 24, ground - 6, "too few", 10, SOFT, anchor="middle"))
        parts.append(_text(x + 24, ground + 16, f"{month.first:%b}", 12, SOFT, anchor="middle"))
    return parts


def _text(x: int, y: int, words: str, size: int, fill: str = INK, weight: str = "normal", anchor: str = "start") -> str:
    return (
        f'<text x="{x}" y="{y}" font-size="{size}" font-weight="{weight}" fill="{fill}" text-anchor="{anchor}">'
        f"{escape(words)}</text>"
    )


def _wrapped(words: str, width: int) -> list[str]:
    lines = [""]
    for word in words.split():
        fits = len(lines[-1]) + len(word) + 1 <= width
        lines[-1:] = [f"{lines[-1]} {word}".strip()] if fits or not lines[-1] else [lines[-1], word]
    return lines
