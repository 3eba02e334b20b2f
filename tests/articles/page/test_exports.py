"""Exports of news databases, as their users paste and save them; the content is invented."""

from __future__ import annotations

from datetime import datetime

import pytest

from askcorpus.articles.draft import Draft, Limits
from askcorpus.articles.formats.html import read_page
from askcorpus.articles.formats.text import read_text

NOW = datetime(2026, 1, 1)
WALL = (
    "The sea wall at Skarholm was reopened on Friday after eleven weeks of work, the port office said in the evening."
)
MILL = "The town council of Lesna voted nine to two on Tuesday to close the old paper mill by the end of June."

NEXIS = f"""                               1 of 2 DOCUMENTS

                                Harbour Gazette

                            March 12, 2025 Wednesday

Sea wall reopens

BYLINE: Anna Lund

LENGTH: 212 words

{WALL}

LOAD-DATE: March 13, 2025

                               2 of 2 DOCUMENTS

                                 Lesna Courier

                            March 13, 2025 Thursday

Mill to close in June

LENGTH: 150 words

{MILL}

LANGUAGE: ENGLISH
"""
NEXIS_UNI = f"""Sea wall reopens
Harbour Gazette
March 12, 2025 Wednesday
Copyright 2025 Harbour Gazette Ltd. All Rights Reserved

Section: NEWS; Pg. 4
Length: 212 words
Byline: Anna Lund

Body

{WALL}

Graphic

Photo: the wall

Load-Date: March 13, 2025

End of Document

Mill to close in June
Lesna Courier
March 13, 2025 Thursday
Length: 150 words
Body

{MILL}

Classification

Language: ENGLISH
Subject: PAPER MILLS (90%); TOWN COUNCILS (88%)

End of Document
"""
FACTIVA = f"""News
Sea wall reopens

Anna Lund
212 words
12 March 2025
Harbour Gazette
HRBGZT
4
English
(c) 2025 Harbour Gazette Ltd.

{WALL}

Document HRBGZT0020250312el3c0001a

News
Mill to close in June

Nils Berg
150 words
13 March 2025
Lesna Courier
LSNCR
English
(c) 2025 Lesna Courier.

{MILL}

Document LSNCR00020250313el3d0002b

Search Summary
Text\tharbour or mill
Results Found\t2
"""
COLUMNS = f"""HD  Sea wall reopens
BY  Anna Lund
WC  212 words
PD  12 March 2025
SN  Harbour Gazette
LA  English

LP
{WALL}

AN  Document HRBGZT0020250312el3c0001a

HD  Mill to close in June
WC  150 words
PD  13 March 2025
SN  Lesna Courier

LP
{MILL}

AN  Document LSNCR00020250313el3d0002b
"""
PROQUEST = f"""Document 1 of 2

Sea wall reopens

Author: Lund, Anna

Publication info: Harbour Gazette ; Skarholm [Skarholm] 12 Mar 2025: 4.

Abstract: The wall is open.

Full text: {WALL}

Subject: Harbours; Storms

Title: Sea wall reopens

Publication title: Harbour Gazette; Skarholm

Publication date: Mar 12, 2025

Document type: News

____________________________________________________________

Document 2 of 2

Mill to close in June

Full text: {MILL}

Title: Mill to close in June

Publication title: Lesna Courier

Publication date: Mar 13, 2025
"""
FIELDS = f"""Title: Sea wall reopens
Date: 2025-03-12
Source: Harbour Gazette

{WALL}

==========

Title: Mill to close in June
Date: 2025-03-13
Source: Lesna Courier

{MILL}
"""
PRESSREADER = f"""Harbour Gazette
12 Mar 2025
Anna Lund

Sea wall reopens

{WALL}

Article Name: Sea wall reopens
Publication: Harbour Gazette
Author: Anna Lund
Start Page: 4
End Page: 4

Lesna Courier
13 Mar 2025
Nils Berg

Mill to close in June

{MILL}

Article Name: Mill to close in June
Publication: Lesna Courier
Author: Nils Berg
Start Page: 8
End Page: 8
"""
EXPORTS = {
    "pressreader": PRESSREADER,
    "nexis": NEXIS,
    "nexis uni": NEXIS_UNI,
    "factiva": FACTIVA,
    "columns": COLUMNS,
    "proquest": PROQUEST,
    "fields": FIELDS,
}


def facts(draft: Draft) -> tuple[str, str | None, str | None, str]:
    return draft.title, draft.publisher, draft.published, draft.text


@pytest.mark.parametrize("name", EXPORTS)
def test_every_article_of_an_export_is_one_with_its_own_title_publisher_and_date(name: str) -> None:
    drafts = read_text(EXPORTS[name], now=NOW)
    assert [facts(draft) for draft in drafts] == [
        ("Sea wall reopens", "Harbour Gazette", "2025-03-12", WALL),
        ("Mill to close in June", "Lesna Courier", "2025-03-13", MILL),
    ]


def test_lines_that_describe_an_article_are_named_as_thrown_away() -> None:
    dropped = {d.text for draft in read_text(NEXIS, now=NOW) for d in draft.dropped}
    assert {"BYLINE: Anna Lund", "LENGTH: 212 words", "LOAD-DATE: March 13, 2025", "2 of 2 DOCUMENTS"} <= dropped


def test_a_german_export_broken_at_its_width_keeps_its_paragraphs_and_its_long_headline() -> None:
    first = "Die Hafenmauer von Skarholm ist nach elf Wochen Bauzeit wieder offen, teilte\ndas Hafenamt am Freitag mit. Ingenieure tauschten 340 Blöcke aus und die große\nFähre nahm ihre Fahrt wieder auf."
    text = (
        "        Dokument 1 von 2\n\n     Harzer Bote\n\n   12. März 2025 Mittwoch\n\nHafenmauer nach Sturm\nwieder offen\n\nAUTOR: Anna Lund\n\n"
        f"LÄNGE: 212 Wörter\n\n{first}\n\nUPDATE: 13. März 2025\n\n        Dokument 2 von 2\n\n     Lesnaer Kurier\n\n   13. März 2025\n\n"
        "Mühle schließt\n\nLÄNGE: 150 Wörter\n\nDer Stadtrat von Lesna hat am Dienstag beschlossen, die Mühle zu schließen.\n"
    )
    one, two = read_text(text, now=NOW)
    assert facts(one) == ("Hafenmauer nach Sturm wieder offen", "Harzer Bote", "2025-03-12", first.replace("\n", " "))
    assert facts(two)[:3] == ("Mühle schließt", "Lesnaer Kurier", "2025-03-13")


def test_two_signed_stories_in_one_text_are_two_articles() -> None:
    text = f"Sea wall reopens\nBy Anna Lund\n12 March 2025\n\n{WALL}\n\n\nMill to close in June\nBy Nils Berg\n13 March 2025\n\n{MILL}\n"
    assert [facts(draft) for draft in read_text(text, now=NOW)] == [
        ("Sea wall reopens", None, "2025-03-12", WALL),
        ("Mill to close in June", None, "2025-03-13", MILL),
    ]


def test_stars_between_two_headlines_part_two_stories_and_between_two_paragraphs_none() -> None:
    two = read_text(f"Sea wall reopens\n\n{WALL}\n\n***\n\nMill to close in June this year\n\n{MILL}\n", now=NOW)
    assert [draft.title for draft in two] == ["Sea wall reopens", "Mill to close in June this year"]
    one = read_text(f"Sea wall reopens\n\n{WALL}\n\n***\n\n{MILL}\n", now=NOW)
    assert [draft.text for draft in one] == [f"{WALL}\n\n{MILL}"]


def test_a_text_that_names_its_date_and_source_inside_is_no_export() -> None:
    text = f"Sea wall reopens\n\n{WALL}\n\nSource: Harbour Gazette\n\n{MILL}\n\nDate: Friday\n"
    (draft,) = read_text(text, now=NOW)
    assert WALL in draft.text
    assert MILL in draft.text


def test_one_article_with_its_fields_below_it_is_read_by_them() -> None:
    one, _ = PRESSREADER.split("\nLesna Courier", 1)
    assert [facts(draft) for draft in read_text(one, now=NOW)] == [
        ("Sea wall reopens", "Harbour Gazette", "2025-03-12", WALL)
    ]


def europresse(paper: str, imprint: str, title: str, author: str, text: str) -> str:
    """An article as Europresse saves it in a page."""
    head = f'<div class="rdp__DocPublicationName"><span class="DocPublicationName">{paper}</span></div>'
    head += f'<div><span class="DocHeader">{imprint}</span></div><div class="titreArticle"><p class="titreArticleVisu">{title}</p></div>'
    foot = f"<p>Cet article est paru dans {paper}</p><small>© 2025 {paper}. Tous droits réservés.</small>"
    return f'<article><header>{head}<div class="docAuthors">{author}</div></header><div class="DocText"><p>{text}</p><p>{BAC}</p></div><footer>{foot}</footer></article>'


BAC = "Le grand bac reprend sa traversée du matin, et la ville cherche encore dix-neuf millions de couronnes pour la seconde moitié."
DIGUE = "La digue de Skarholm a rouvert vendredi après onze semaines de travaux, a annoncé le port dans la soirée."
PAPIER = "Le conseil municipal de Lesna a voté mardi, par neuf voix contre deux, la fermeture de la papeterie en juin."


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (
            "Région, mercredi 12 mars 2025 - 08:15 UTC +01:00 212 mots, p. 4",
            "Économie, jeudi 13 mars 2025 1 150 mots, p. 8",
        ),
        ("mercredi 12 mars 2025 - 212 mots", "Actualité, jeudi, 13 mars 2025 150 mots"),
        ("News, Wednesday, March 12, 2025 212 words, p. A4", "Business, Thursday, March 13, 2025 1,150 words"),
    ],
)
def test_a_page_of_europresse_gives_each_article_its_paper_day_and_headline(first: str, second: str) -> None:
    one = europresse("Le Courrier du Port (site web)", first, "La digue rouvre", "Anna Lund", DIGUE)
    two = europresse("La Gazette de Lesna", second, "La papeterie ferme en juin", "Nils Berg", PAPIER)
    page = f'<html lang="fr"><head><title>Europresse</title></head><body>{one}{two}</body></html>'
    assert [facts(draft) for draft in read_page(page.encode(), limits=Limits())] == [
        ("La digue rouvre", "Le Courrier du Port (site web)", "2025-03-12", f"{DIGUE}\n\n{BAC}"),
        ("La papeterie ferme en juin", "La Gazette de Lesna", "2025-03-13", f"{PAPIER}\n\n{BAC}"),
    ]


IMPRINTS = [
    ("{paper} · {day} · {page} · {author}", "12 Mar 2025", "13 Mar 2025", "4"),
    ("{paper} | {day} | Page {page} | {author}", "12 March 2025", "13 March 2025", "4"),
    ("{day} / {paper} / {page} / {author}", "2025-03-12", "2025-03-13", "A4"),
    ("{paper}, {day}, p. {page}, {author}", "March 12, 2025", "March 13, 2025", "B.1"),
    ("{paper} – {day} – Seite {page} – Von {author}", "12. März 2025", "13. März 2025", "4"),
    ("{paper} • {day} • NEWS • pág. {page}", "12 de marzo de 2025", "13 de marzo de 2025", "12"),
    ("Source: {paper}, {day}", "Wednesday 12 March 2025", "Thursday 13 March 2025", ""),
    ("Quelle: {paper} vom {day}, S. {page}", "12.03.2025", "13.03.2025", "4"),
    ("{paper}{day}{author}", "12 Mar 2025", "13 Mar 2025", ""),
]


@pytest.mark.parametrize(("shape", "day", "next_day", "page"), IMPRINTS)
@pytest.mark.parametrize("above", [True, False])
def test_a_line_of_paper_day_page_and_author_above_or_below_each_headline_parts_the_articles(
    shape: str, day: str, next_day: str, page: str, above: bool
) -> None:
    one = shape.format(paper="Harbour Gazette", day=day, page=page, author="Anna Lund")
    two = shape.format(paper="Lesna Courier", day=next_day, page=page, author="Nils Berg")
    heads = [(one, "Sea wall reopens"), (two, "Mill to close in June")]
    first, second = ("\n\n".join(head if above else reversed(head)) for head in heads)
    drafts = read_text(f"{first}\n\n{WALL}\n\n{BAC}\n\n{second}\n\n{MILL}\n", now=NOW)
    assert [facts(draft) for draft in drafts] == [
        ("Sea wall reopens", "Harbour Gazette", "2025-03-12", f"{WALL}\n\n{BAC}"),
        ("Mill to close in June", "Lesna Courier", "2025-03-13", MILL),
    ]


@pytest.mark.parametrize(
    ("line", "paper"),
    [
        ("Приморские новости · 12 марта 2025 г. · стр. 4 · Анна Лунд", "Приморские новости"),
        ("人民日报 · 2025年3月12日 · 第4版", "人民日报"),
        ("Anna Lund · Harbour Gazette · 12 March 2025", "Harbour Gazette"),
    ],
)
def test_the_paper_is_the_part_that_is_called_as_papers_are(line: str, paper: str) -> None:
    (draft,) = read_text(f"{line}\n\nSea wall reopens\n\n{WALL}\n\n{MILL}\n", now=NOW)
    assert facts(draft) == ("Sea wall reopens", paper, "2025-03-12", f"{WALL}\n\n{MILL}")


def test_a_line_with_a_part_that_is_none_of_these_is_text() -> None:
    line = "Berlin, Germany, 12 March 2025, a windy day"
    (draft,) = read_text(f"Sea wall reopens\n\n{line}\n\n{WALL}\n", now=NOW)
    assert draft.text == f"{line}\n\n{WALL}"


def test_europresse_as_text_behind_its_table_of_contents_gives_each_article_its_paper() -> None:
    cover = "Sommaire\n\nLe Courrier du Port\n12 mars 2025\nLa digue rouvre\n ... 3\n\n"
    one = f"Le Courrier du Port (site web)\nRégion, mercredi 12 mars 2025 - 212 mots, p. 4\n\nLa digue rouvre\nAnna Lund\n\n{DIGUE}\n\nCet article est paru dans Le Courrier du Port\n\n"
    notice = "© 2025 La Gazette. Tous droits réservés. Le présent document est protégé par les lois et conventions internationales sur le droit d'auteur et son utilisation est régie par ces lois."
    two = f"La Gazette de Lesna\njeudi 13 mars 2025 - 150 mots\n\nLa papeterie ferme en juin\n\n{PAPIER}\n\n{notice}\n"
    assert [facts(draft) for draft in read_text(cover + one + two, now=NOW)] == [
        ("La digue rouvre", "Le Courrier du Port (site web)", "2025-03-12", DIGUE),
        ("La papeterie ferme en juin", "La Gazette de Lesna", "2025-03-13", PAPIER),
    ]


def test_what_a_database_puts_below_the_text_is_not_of_it() -> None:
    wire = FACTIVA.replace("12 March 2025", "12 March 2025\n09:15 GMT").replace(
        "\n\nDocument HRB",
        "\n\n(END) Harbour Newswires\n\nMarch 12, 2025 09:15 ET (13:15 GMT)\n\nHarbour Media AB\n\nDocument HRB",
    )
    first, _ = read_text(wire, now=NOW)
    assert facts(first)[1:] == ("Harbour Gazette", "2025-03-12", WALL)


def test_end_of_document_alone_parts_articles_that_have_nothing_but_a_headline() -> None:
    text = f"Sea wall reopens\n\n{WALL}\n\nEnd of Document\n\nMill to close in June\n\n{MILL}\n\nEnd of Document\n"
    assert [facts(draft) for draft in read_text(text, now=NOW)] == [
        ("Sea wall reopens", None, None, WALL),
        ("Mill to close in June", None, None, MILL),
    ]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("12 March 2025\nSea wall reopens\nBy Anna Lund", "13 March 2025\nMill to close in June\nBy Nils Berg"),
        (
            "Sea wall reopens\nAnna Lund, Skarholm\n12 March 2025",
            "Mill to close in June\nNils Berg, Lesna\n13 March 2025",
        ),
        ("Sea wall reopens\nAnna Lund\n12 March 2025", "Mill to close in June\nNils Berg\n13 March 2025"),
        ("Sea wall reopens\nAnna Lund\n12 March 2025", "***\n\nMill to close in June\nNils Berg\n13 March 2025"),
        (
            "Sea wall reopens\nMarta Zielonka\n12 marca 2025",
            "---\n\nMill to close in June\nTomasz Wrona\n13 marca 2025",
        ),
        (
            "Sea wall reopens\n\nBy Anna Lund | March 12, 2025",
            "* * *\n\nMill to close in June\n\nBy Nils Berg | March 13, 2025",
        ),
    ],
)
def test_a_head_that_recurs_parts_two_stories_whatever_its_order(first: str, second: str) -> None:
    text = f"{first}\n\n{WALL}\n\n{BAC}\n\n{second}\n\n{MILL}\n"
    assert [facts(draft) for draft in read_text(text, now=NOW)] == [
        ("Sea wall reopens", None, "2025-03-12", f"{WALL}\n\n{BAC}"),
        ("Mill to close in June", None, "2025-03-13", MILL),
    ]


def test_a_name_without_a_date_below_a_headline_of_one_article_signs_no_second() -> None:
    text = f"Sea wall reopens\nAnna Lund\n12 March 2025\n\n{WALL}\n\n***\n\nTom Baker\n{MILL}\n"
    assert [draft.title for draft in read_text(text, now=NOW)] == ["Sea wall reopens"]


@pytest.mark.parametrize(
    ("head", "paper"),
    [
        ("Zadarske novosti\n12. ožujka 2025.", "Zadarske novosti"),
        ("Planinski glas, 12. marec 2025", "Planinski glas"),
        ("Lesenské listy | 12. března 2025", "Lesenské listy"),
        ("Южный вестник\n12 марта 2025", "Южный вестник"),
        ("La voz de Torrelago, 12 de marzo de 2025", "La voz de Torrelago"),
        ("Les Échos\n12 mars 2025", "Les Échos"),
        ("Business Insider | Anna Lund | 12 March 2025", "Business Insider"),
        ("Anna Lund | Harbour Gazette | 12 March 2025", "Harbour Gazette"),
        ("Anna Lund\n12 March 2025", None),
        ("Anna Lund, 12 March 2025", None),
        ("Нина Орлова | 12 марта 2025", None),
    ],
)
def test_the_name_beside_the_day_is_the_paper_s_unless_it_may_be_a_person_s(head: str, paper: str | None) -> None:
    assert [facts(draft) for draft in read_text(f"Sea wall reopens\n{head}\n\n{WALL}\n", now=NOW)] == [
        ("Sea wall reopens", paper, "2025-03-12", WALL)
    ]


@pytest.mark.parametrize(
    ("first", "second", "tail"),
    [
        ("Région, mercredi 12 mars 2025, p. 5", "Économie, jeudi 13 mars 2025, p. 11", "\n\nnews·20250312·GV·0005"),
        ("Région, mercredi 12 mars 2025, p. 5", "Économie, jeudi 13 mars 2025, p. 11", ""),
        ("Lokales, Mittwoch, 12. März 2025, S. 5", "Wirtschaft, 13. März 2025, S. 11", ""),
        ("News, Wednesday, March 12, 2025, p. A4", "Business, March 13, 2025, p. B1", ""),
    ],
)
def test_a_paper_s_name_above_section_day_and_page_begins_an_article(first: str, second: str, tail: str) -> None:
    one = f"La Gazette de Lesna\n{first}\n\nSea wall reopens\n\n{WALL}{tail}"
    two = f"Harbour Courier\n{second}\n\nMill to close in June\n\n{MILL}{tail}"
    assert [facts(draft) for draft in read_text(f"{one}\n\n{two}\n", now=NOW)] == [
        ("Sea wall reopens", "La Gazette de Lesna", "2025-03-12", WALL),
        ("Mill to close in June", "Harbour Courier", "2025-03-13", MILL),
    ]
    below = f"Sea wall reopens\n\nLa Gazette de Lesna\n{first}\n\n{WALL}"
    assert [facts(draft) for draft in read_text(below, now=NOW)] == [
        ("Sea wall reopens", "La Gazette de Lesna", "2025-03-12", WALL)
    ]


def test_addresses_above_the_headlines_part_stories_and_one_below_a_text_is_its_own() -> None:
    one, two = "https://gazette.example/a/1", "https://courier.example/b"
    text = f"{one}\nSea wall reopens\n\n{WALL}\n\nURL: {two}\nMill to close in June\n\n{MILL}\n"
    assert [(d.title, d.url, d.text) for d in read_text(text, now=NOW)] == [
        ("Sea wall reopens", one, WALL),
        ("Mill to close in June", two, MILL),
    ]
    (last,) = read_text(f"Sea wall reopens\n\n{WALL}\n\nSource: {one}\n", now=NOW)
    assert (last.url, last.text) == (one, WALL)


@pytest.mark.parametrize(
    "head",
    [
        "Sea wall reopens\n\nHarbour Gazette\n12 March 2025\n(c) 2025 Harbour Gazette",
        "Sea wall reopens\nAnna Lund\n12 March 2025\nHarbour Gazette\nEnglish\n(c) 2025 Harbour Gazette Ltd",
        "Sea wall reopens\n212 words\n12 March 2025\nHarbour Gazette\nHARGAZ\n4\nEnglish\n© 2025 Harbour Gazette",
        "Sea wall reopens\n\n12 March 2025\n\nHarbour Gazette\n\nCopyright 2025 Harbour Gazette. All rights reserved.",
    ],
)
def test_one_article_of_an_export_is_known_by_whose_right_its_head_ends_with(head: str) -> None:
    (draft,) = read_text(f"{head}\n\n{WALL}\n\n{MILL}\n", now=NOW)
    assert (draft.title, draft.publisher, draft.published) == ("Sea wall reopens", "Harbour Gazette", "2025-03-12")
    assert draft.text == f"{WALL}\n\n{MILL}"


def test_a_notice_of_copyright_alone_makes_no_export() -> None:
    (draft,) = read_text(f"Sea wall reopens\n(c) 2025 Harbour Gazette\n\n{WALL}\n\n{MILL}\n", now=NOW)
    assert (draft.title, draft.publisher, draft.text) == ("Sea wall reopens", None, f"{WALL}\n\n{MILL}")


def test_an_address_in_the_head_of_an_article_of_an_export_is_its_own() -> None:
    parts = [f"Document {n} of 2\n\n{title}\n\nPublication info: Harbour Gazette ; Lesna. 12 Mar 2025: B.2.\n\nhttps://db.example/{n}\n\nFull text: {text}\n"
             for n, title, text in ((1, "Sea wall reopens", WALL), (2, "Mill to close", MILL))]  # fmt: skip
    drafts = read_text("\n".join(parts), now=NOW)
    assert [(d.title, d.url, d.text) for d in drafts] == [
        ("Sea wall reopens", "https://db.example/1", WALL),
        ("Mill to close", "https://db.example/2", MILL),
    ]
