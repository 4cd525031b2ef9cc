"""Months counted on the calendar: so many later or earlier, the day kept or clamped to the month's last."""

from datetime import date, timedelta


def shifted(day: date, months: int) -> date:
    """The same day of the month so many months later, or earlier for a negative number; at most the month's last day.

    ValueError when that lies outside the years 1 to 9999.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not date.min.year <= year <= date.max.year:
        raise ValueError("The term runs beyond the calendar. Check the start date and the term.")
    try:
        return day.replace(year=year, month=month + 1)
    except ValueError:
        return month_end(year, month + 1)


def month_end(year: int, month: int) -> date:
    """The last day of a month (1 to 12)."""
    return date(year, 12, 31) if month == 12 else date(year, month + 1, 1) - timedelta(days=1)
