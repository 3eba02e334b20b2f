"""The small corpus that many tests ask: invented articles in six languages, with what makes answers go wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

BRIDGE = (
    "The Old Sund Bridge reopened to traffic on 14 March 2026 after repairs that took sixteen months. "
    "The work cost 38 million crowns, said the city engineer, Ingrid Vale. "
    "About 21,000 cars cross the bridge every day.\n\n"
    "Cyclists will have to wait until autumn, because the new railing of the cycle path has not been delivered."
)
FIRE = (
    "A fire in a paper warehouse in Karlholm injured {} workers on Tuesday night, the rescue service said. "
    "The flames were put out after six hours. The road to the harbour stayed closed until noon."
)
ACCENTED = (
    "🚲🚲 Žižkov’s café “Ďáblík” sells cafe\u0301 au lait, 7 \U0001d7db kinds of it :100: [bold]and[/bold] more.\n\n"
    "The owner, Jiří Šťastný, baked 412 žemle — a record — on Sunday."
)
ROWS: tuple[dict[str, Any], ...] = (
    {"id": "bridge", "title": "Old Sund Bridge reopens after repairs", "text": BRIDGE, "publisher": "Harbour Post",
     "published": "2026-03-14", "url": "https://harbourpost.example/bridge", "language": "en"},
    {"id": "bridge-again", "title": "Old Sund Bridge open again", "text": BRIDGE, "publisher": "Coast Gazette",
     "published": "2026-03-15", "language": "en"},
    {"id": "fire-11", "title": "Warehouse burns in Karlholm", "text": FIRE.format(11), "publisher": "Harbour Post",
     "published": "2026-05-06", "language": "en"},
    {"id": "fire-14", "title": "Blaze at Karlholm paper warehouse", "text": FIRE.format(14), "publisher": "Coast Gazette",
     "published": "2026-05-06", "language": "en"},
    {"id": "mayor-june", "title": "Mayor of Tarnby opens swimming pool",
     "text": "The mayor of Tarnby, Ada Berg, opened the new swimming pool on Saturday. It holds 900 bathers and cost 12 million crowns.",
     "publisher": "Business Insider", "published": "2026-06-20", "language": "en"},
    {"id": "mayor-april", "title": "Mayor of Tarnby opens library",
     "text": "The mayor of Tarnby, Ada Berg, opened the new library on Friday. It holds 40,000 books and cost 9 million crowns.",
     "publisher": "Harbour Post", "published": "2026-04-17", "language": "en"},
    {"id": "accented", "title": "Café bakes a record", "text": ACCENTED, "publisher": None, "published": "2025-12-01", "language": "en"},
    {"id": "twice", "title": "Tide table for Sund",
     "text": "High water in Sund is at 7.15 in the morning.\n\nThe lighthouse was painted red.\n\nHigh water in Sund is at 7.15 in the morning.",
     "publisher": "Coast Gazette", "published": "2026-02-02", "language": "en"},
    {"id": "mine", "title": "Copper mine at Hovden closes",
     "text": " ".join(
         f"In year {year} the copper mine at Hovden employed {year - 1700} people and shipped ore from pier {year % 9}."
         for year in range(1950, 1986)
     ) + " The mine was closed for good in 1987, when the company Malmverk went bankrupt.",
     "publisher": "Harbour Post", "published": "2024-08-30", "language": "en"},
    {"id": "ru", "title": "В Светлом открыли музей янтаря",
     "text": "В городе Светлом в субботу открыли музей янтаря. Коллекция насчитывает 3400 экспонатов, рассказала директор музея Вера Лебедева.",
     "publisher": "Вестник Светлого", "published": "2026-01-17", "language": "ru"},
    {"id": "de", "title": "Talsperre Grünbach nach Sanierung wieder gefüllt",
     "text": "Die Talsperre Grünbach ist nach der Sanierung wieder gefüllt. Die Arbeiten dauerten vier Jahre und kosteten 27 Millionen Euro, sagte Betriebsleiterin Karin Holz.",
     "publisher": "Grünbacher Bote", "published": "2026-02-11", "language": "de"},
    {"id": "fr", "title": "La médiathèque de Valbonne rouvre ses portes",
     "text": "La médiathèque de Valbonne a rouvert mardi après deux ans de travaux. Elle compte 52 000 livres, selon sa directrice, Claire Morel.",
     "publisher": "Le Courrier de Valbonne", "published": "2026-03-03", "language": "fr"},
    {"id": "zh", "title": "临江市地铁三号线开通",
     "text": "临江市地铁三号线星期六正式开通。全线共有二十二个车站，票价为四元。市长李文说，每天预计有三十万名乘客。",
     "publisher": "临江日报", "published": "2026-04-25", "language": "zh"},
    {"id": "ar", "title": "افتتاح محطة تحلية المياه في مدينة الساحل",
     "text": "افتتحت مدينة الساحل محطة جديدة لتحلية المياه يوم الأحد. تنتج المحطة 80 ألف متر مكعب يوميا، كما قال المهندس سامي حداد.",
     "publisher": "جريدة الساحل", "published": "2026-05-10", "language": "ar"},
    {"id": "weather", "title": "Rain expected",
     "text": "Rain is expected over the islands tonight. Fishing boats should stay in port.", "published": "2026-05-01", "language": "en"},
)  # fmt: skip
TEXTS = {row["id"]: row["text"] for row in ROWS}


def write(folder: Path, rows: tuple[dict[str, Any], ...] = ROWS, *, name: str = "news.jsonl") -> Path:
    """A folder of articles with these rows in one file."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return folder
