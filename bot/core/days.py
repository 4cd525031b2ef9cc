"""How a day is said in a sentence: "Fri 12 Dec, in 21 days"."""

from datetime import date

_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def countdown(day: date, today: date) -> str:
    """How far `day` is from `today`: "in 21 days", "tomorrow", "today", "yesterday", "3 days ago"."""
    days = (day - today).days
    near = {0: "today", 1: "tomorrow", -1: "yesterday"}
    if days in near:
        return near[days]
    return f"in {days} days" if days > 0 else f"{-days} days ago"


def spoken_day(day: date, today: date) -> str:
    """The day as people write it, "Fri 12 Dec", with its year when that is not the year of `today`."""
    words = f"{_WEEKDAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]}"
    return words if day.year == today.year else f"{words} {day.year}"


def overdue(day: date, today: date) -> str:
    """ "⛔ 341 days overdue": how long a day that asked for something has passed."""
    days = (today - day).days
    return f"⛔ {days:,} {'day' if days == 1 else 'days'} overdue"


def due(deadline: date, renewal_date: date | None, auto_renew: bool, today: date) -> str:
    """When an unsigned renewal is due: "Fri 12 Dec, in 21 days", overdue, or that only its notice window has closed."""
    ends = renewal_date or deadline
    if ends < today and not auto_renew:
        return overdue(ends, today)
    if deadline < today:
        closed = f"notice window closed {countdown(deadline, today)}"
        return closed if ends <= deadline else f"{closed}, renews {spoken_day(ends, today)}"
    return f"{spoken_day(deadline, today)}, {countdown(deadline, today)}"
