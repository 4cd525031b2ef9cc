"""Tables and charts: shapes, and the sizes that only show when the whole is looked at."""

from typing import Any

from bot.sandbox.strict.composition import BLOCK_ID
from bot.sandbox.strict.rich_text import rich_text
from bot.sandbox.strict.shapes import (
    Check,
    both,
    choice,
    flag,
    items,
    note,
    number,
    one_of,
    shape,
    string,
)

CHARTS_PER_MESSAGE = 2
TABLES_PER_MESSAGE = 1
DATA_TABLE_CHARACTERS = 10_000
DATA_TABLE_ROWS = 101
"""With the header. Slack's page says so; elsewhere it is 201 rows and 20,000 characters. The stricter figures hold."""

COLUMNS = 20

RAW_TEXT = shape({"text": string(3000, 1)})
RAW_NUMBER = shape({"value": number(whole=False)}, {"text": string(3000, 1)})
RICH_CELL = rich_text(1, {"block_id": BLOCK_ID})
CELL = one_of({"raw_text": RAW_TEXT, "raw_number": RAW_NUMBER, "rich_text": RICH_CELL})
TABLE_CELL = one_of({"raw_text": RAW_TEXT, "rich_text": RICH_CELL})


def _even_rows(block: Any, path: str, findings: list[str]) -> None:
    rows = block.get("rows")
    if isinstance(rows, list) and len({len(row) for row in rows if isinstance(row, list)}) > 1:
        note(findings, f"{path}/rows", "all rows must have the same number of cells")


def _plain_header(block: Any, path: str, findings: list[str]) -> None:
    rows = block.get("rows")
    if not (isinstance(rows, list) and rows and isinstance(rows[0], list)):
        return
    for index, cell in enumerate(rows[0]):
        if isinstance(cell, dict) and cell.get("type") == "rich_text":
            note(findings, f"{path}/rows/0/{index}", "header cells cannot be rich_text")


def cell_characters(value: Any) -> int:
    """The characters of every text inside a table."""
    if isinstance(value, dict):
        return sum(
            len(item) if key == "text" and isinstance(item, str) else cell_characters(item)
            for key, item in value.items()
        )
    return sum(cell_characters(item) for item in value) if isinstance(value, list) else 0


def _not_too_much(block: Any, path: str, findings: list[str]) -> None:
    if cell_characters(block.get("rows")) > DATA_TABLE_CHARACTERS:
        note(findings, f"{path}/rows", f"no more than {DATA_TABLE_CHARACTERS} characters allowed")


TABLE = both(
    shape(
        {"rows": items(items(TABLE_CELL, 1, COLUMNS), 1, 100)},
        {
            "block_id": BLOCK_ID,
            "column_settings": items(
                shape(optional={"align": choice("left", "center", "right"), "is_wrapped": flag}), 0, COLUMNS
            ),
        },
    ),
    _even_rows,
)

DATA_TABLE = both(
    shape(
        {"rows": items(items(CELL, 1, COLUMNS), 2, DATA_TABLE_ROWS), "caption": string(3000, 1)},
        {"block_id": BLOCK_ID, "page_size": number(1, 100), "row_header_column_index": number(0, COLUMNS - 1)},
    ),
    _even_rows,
    _plain_header,
    _not_too_much,
)

LABEL = string(20, 1)
POINT = shape({"label": LABEL, "value": number(whole=False)})
SERIES = shape({"name": LABEL, "data": items(POINT, 1, 20)})
AXIS = shape(
    {"categories": items(LABEL, 1, 20)},
    {"x_label": string(50), "y_label": string(50)},
)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _points_follow_categories(chart: Any, path: str, findings: list[str]) -> None:
    axis, series = chart.get("axis_config"), chart.get("series")
    if not (isinstance(axis, dict) and isinstance(series, list)):
        return
    categories = _listed(axis.get("categories"))
    if len(set(map(str, categories))) != len(categories):
        note(findings, f"{path}/axis_config/categories", "categories must be unique")
    names = [str(one.get("name")) for one in series if isinstance(one, dict)]
    if len(set(names)) != len(names):
        note(findings, f"{path}/series", "series names must be unique")
    for index, one in enumerate(series):
        points = _listed(one.get("data")) if isinstance(one, dict) else []
        labels = [point.get("label") for point in points if isinstance(point, dict)]
        if sorted(map(str, labels)) != sorted(map(str, categories)):
            note(findings, f"{path}/series/{index}/data", "must have one point per category")


def _positive_segments(chart: Any, path: str, findings: list[str]) -> None:
    segments = chart.get("segments")
    for index, segment in enumerate(segments if isinstance(segments, list) else []):
        value = segment.get("value") if isinstance(segment, dict) else None
        if isinstance(value, (int, float)) and value <= 0:
            note(findings, f"{path}/segments/{index}/value", "must be greater than 0")


PLOT: Check = both(shape({"series": items(SERIES, 1, 6), "axis_config": AXIS}), _points_follow_categories)
PIE: Check = both(shape({"segments": items(POINT, 1, 6)}), _positive_segments)
CHART = one_of({"pie": PIE, "bar": PLOT, "line": PLOT, "area": PLOT})
DATA_VISUALIZATION = shape({"title": string(50, 1), "chart": CHART}, {"block_id": BLOCK_ID})
