"""When was this published?  Dates and ages ("38 minutes ago") as news pages write them, in several languages."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone
from email.utils import parsedate_to_datetime

_MONTHS = {
    1: "january jan janvier janv januar jan jänner enero ene gennaio gen janeiro января январь янв",
    2: "february feb février févr fevrier februar febrero febbraio fevereiro февраля февраль фев",
    3: "march mar mars märz maerz marzo março марта март мар",
    4: "april apr avril avr abril abr aprile апреля апрель апр",
    5: "may mai mayo maggio maio мая май",
    6: "june jun juin juni junio giugno junho июня июнь июн",
    7: "july jul juillet juil juli julio luglio julho июля июль июл",
    8: "august aug août aout agosto ago августа август авг",
    9: "september sep sept septembre septiembre setiembre settembre setembro сентября сентябрь сен сент",
    10: "october oct octobre oktober okt octubre ottobre outubro октября октябрь окт",
    11: "november nov novembre noviembre novembro ноября ноябрь ноя",
    12: "december dec décembre déc decembre dezember dez diciembre dic dicembre dezembro декабря декабрь дек",
}
_MONTH = {name: number for number, names in _MONTHS.items() for name in names.split()}
_ZONE_HOURS = (
    "z 0 utc 0 gmt 0 bst 1 cet 1 cest 2 msk 3 мск 3 est -5 edt -4 cst -6 cdt -5 mst -7 mdt -6 pst -8 pdt -7 jst 9 kst 9"
)
_ZONES = dict(zip(_ZONE_HOURS.split()[::2], map(int, _ZONE_HOURS.split()[1::2]), strict=True))

_SAID = (
    r"(?:(?:(?:first |last )?(?:published|updated|posted|modified)|publié[es]*|mis à jour|"
    r"veröffentlicht|erschienen|aktualisiert|stand|publicado|actualizado|pubblicato|опубликовано|обновлено|date|datum|fecha|дата)\s*:?\s*(?:(?:on|at|am|le|el|il)\s+)?)?"
)
_WEEKDAY = (
    r"(?:(?:mon|tue|tues|wed|wednes|thu|thur|thurs|fri|sat|satur|sun)(?:day)?|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|"
    r"(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch|sonnabend|lunes|martes|miércoles|jueves|viernes|sábado|domingo|"
    r"понедельник|вторник|среда|четверг|пятница|суббота|воскресенье|[mdfs][oira]|пн|вт|ср|чт|пт|сб|вс)"
)
_DAY_PART = (
    r"(?:(?P<iso>\d{4}-\d{2}-\d{2})"
    r"|(?P<d1>\d{1,2})(?:st|nd|rd|th|er|\.|º)?\s+(?:de\s+|of\s+)?(?P<m1>[^\W\d_]{3,10})\.?,?\s+(?:de\s+|del\s+)?(?P<y1>\d{4})"
    r"|(?P<m2>[^\W\d_]{3,10})\.?\s+(?P<d2>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<y2>\d{4})"
    r"|(?P<d3>\d{1,2})\.(?P<m3>\d{1,2})\.(?P<y3>\d{4})"
    r"|(?P<n1>\d{1,2})/(?P<n2>\d{1,2})/(?P<y4>\d{4}))"
)
_TIME_PART = (
    r"(?:(?:,|\s|T|\||–|-|·|at|à|um|a las|в)*(?P<hour>\d{1,2})\s?[:.hH]\s?(?P<minute>\d{2})"
    r"(?::(?P<second>\d{2})(?:[.,]\d+)?)?\s*(?P<half>[ap]\.?m\.?)?\s*(?:uhr|h)?\s*(?P<zone>[+-]\d{2}:?\d{2}|z|utc|gmt|bst|ces?t|msk|мск|[ecmp][sd]t|jst|kst)?"
    r"(?:\s*[+-]\d{1,2})?)?"
)
_TIME_FIRST = r"(?:\d{1,2}[:.h]\d{2}\s*(?:[ap]\.?m\.?)?\s*(?:[A-Z]{2,4})?\s*[,|–-]?\s+(?:on\s+)?)?"
_DATE = re.compile(
    rf"{_SAID}{_TIME_FIRST}(?:{_WEEKDAY}\.?,?\s+)?(?:am\s+|den\s+|le\s+)?{_DAY_PART}(?:\s?(?:г\.?|года))?{_TIME_PART}[.,;]?",
    re.I,
)

_ONE = {"a", "an", "one", "un", "une", "ein", "eine", "einem", "einer", "una", "uno", "один", "одну", "um", "uma"}
_UNITS = (  # the longest beginnings first: "mo" before "m"
    ("seconds", ("sec", "second", "sek", "segundo", "секунд", "сек")),
    ("months", ("mo", "mon", "mois", "mes", "mês", "месяц", "мес")),
    ("minutes", ("m", "min", "minut", "минут", "мин")),
    ("hours", ("h", "hr", "hour", "heure", "stunde", "std", "hora", "ora", "ore", "час", "ч")),
    ("days", ("d", "day", "jour", "tag", "día", "dia", "giorn", "день", "дня", "дней", "дн")),
    ("weeks", ("w", "wk", "week", "semaine", "woche", "semana", "settiman", "недел", "нед")),
    ("years", ("y", "yr", "year", "an", "année", "jahr", "año", "ano", "год", "лет")),
)
_COUNT = r"(?P<count>\d{1,3}|[^\W\d_]{1,5})"
_ABOUT = r"(?:(?:about|over|almost|nearly|environ|etwa|около)\s+)?"
_AGE = re.compile(
    rf"{_SAID}(?:{_ABOUT}{_COUNT}\s?(?P<unit>[^\W\d_]{{1,8}})\.?\s+(?:ago|fa|atrás|назад)"
    rf"|(?:il y a|vor|hace|há)\s+{_ABOUT}{_COUNT.replace('count', 'count2')}\s?(?P<unit2>[^\W\d_]{{1,8}})\.?"
    r"|(?P<lone>час|минуту|день|неделю|месяц|год)\s+назад"
    r"|(?P<today>today|aujourd'hui|aujourd’hui|heute|hoy|сегодня|just now|à l'instant|gerade eben|только что)"
    r"|(?P<yesterday>yesterday|hier|gestern|ayer|вчера))(?:,?\s+(?:at|à|um|a las|в)?\s*\d{1,2}[:.hH]\d{2})?[.]?",
    re.I,
)
_LONGEST = 80  # characters of a line that may still be a date


def date_line(line: str) -> str | None:
    """ISO 8601 of a line that is nothing but a date, or a date and a time; else None."""
    if len(line) > _LONGEST or not any(c.isdigit() for c in line):
        return None
    match = _DATE.fullmatch(line.strip())
    return _iso(match) if match else None


def age_line(line: str, *, now: datetime) -> str | None:
    """ISO 8601 of a line that is nothing but an age, counted back from `now`; else None.

    Minutes and hours give a time, days and longer only a date; so do all of them when `now` has no time zone, which
    says that only its day is known.
    """
    if len(line) > _LONGEST:
        return None
    match = _AGE.fullmatch(line.strip())
    if not match:
        return None
    if match["today"]:
        return now.date().isoformat()
    if match["yesterday"]:
        return (now.date() - timedelta(days=1)).isoformat()
    count = _number(match["count"] or match["count2"] or "1")
    unit = _unit((match["unit"] or match["unit2"] or match["lone"]).lower())
    if count is None or unit is None:
        return None
    return _back(now, count, unit)


def any_date(text: str | None) -> str | None:
    """ISO 8601 of a date from a page's own metadata, in whatever form it came; else None."""
    if not text or len(text) > _LONGEST:
        return None
    text = text.strip()
    try:
        if len(text) >= 10 and text[4:5] == "-":
            moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
            return text[:10] if len(text) == 10 else moment.isoformat()
    except ValueError:
        pass
    found = date_line(text)
    if found:
        return found
    try:
        return parsedate_to_datetime(text).isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _iso(match: re.Match[str]) -> str | None:
    day = _day(match)
    if day is None:
        return None
    if match["hour"] is None:
        return day.isoformat()
    hour, half = int(match["hour"]), (match["half"] or "").lower()
    if half:
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    try:
        clock = time(hour, int(match["minute"]), int(match["second"] or 0), tzinfo=_zone(match["zone"]))
    except ValueError:
        return day.isoformat()
    return datetime.combine(day, clock).isoformat()


def _day(match: re.Match[str]) -> date | None:
    try:
        if match["iso"]:
            return date.fromisoformat(match["iso"])
        for d, m, y in (("d1", "m1", "y1"), ("d2", "m2", "y2")):
            if match[d]:
                month = _MONTH.get(match[m].lower())
                return date(int(match[y]), month, int(match[d])) if month else None
        if match["d3"]:
            return date(int(match["y3"]), int(match["m3"]), int(match["d3"]))
        first, second = int(match["n1"]), int(match["n2"])
        if first > 12:
            return date(int(match["y4"]), second, first)
        if second > 12 or first == second:
            return date(int(match["y4"]), first, second)
    except ValueError:
        return None
    return None  # 3/4/2025 is April in London and March in New York


def _zone(name: str | None) -> timezone | None:
    if not name:
        return None
    if name[0] in "+-":
        hours, minutes = int(name[1:3]), int(name[-2:])
        if hours > 23 or minutes > 59:
            return None
        return timezone((1 if name[0] == "+" else -1) * timedelta(hours=hours, minutes=minutes))
    hours = _ZONES.get(name.lower(), 0)
    return timezone(timedelta(hours=hours)) if hours else UTC


def _number(word: str) -> int | None:
    if word.isdigit():
        return int(word)
    return 1 if word.lower() in _ONE else None


def _unit(word: str) -> str | None:
    for unit, beginnings in _UNITS:
        if any(word == b or (len(b) > 2 and word.startswith(b)) or (word == b + "s") for b in beginnings):
            return unit
    return None


def _back(now: datetime, count: int, unit: str) -> str:
    if unit in ("seconds", "minutes", "hours"):
        if now.tzinfo is None:
            return now.date().isoformat()
        return (now - timedelta(**{unit: count})).replace(second=0, microsecond=0).isoformat()
    days = {"days": 1, "weeks": 7, "months": 30, "years": 365}[unit] * count
    return (now.date() - timedelta(days=days)).isoformat()
