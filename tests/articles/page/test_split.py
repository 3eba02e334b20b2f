"""A table of real-looking pages: what is the title, what is text, what is neither?"""

from __future__ import annotations

import textwrap
from datetime import UTC, datetime

import pytest

from askcorpus.articles.draft import Draft
from askcorpus.articles.page.split import split_page

NOW = datetime(2025, 7, 27, 15, 0, tzinfo=UTC)
LEDE = (
    "The harbour of Skarholm will be dredged from 3 May, the port authority said on Monday after a vote of its board."
)
MORE = "The work costs 4.2 million crowns and is to take nine weeks, during which the ferries sail as usual."
LAST = "Two nights in June are an exception, because the channel has to be closed for the largest of the ships."


def page(text: str) -> tuple[Draft, ...]:
    return split_page(text.strip(), now=NOW)


def paragraphs(draft: Draft) -> list[str]:
    return draft.text.split("\n\n")


def test_the_first_line_is_the_title_and_not_told_again() -> None:
    (article,) = page(f"Harbour to be dredged\n\n{LEDE}\n\nHarbour to be dredged\n\n{MORE}")
    assert article.title == "Harbour to be dredged"
    assert paragraphs(article) == [LEDE, MORE]


def test_a_page_without_a_headline_keeps_its_first_sentence_as_title_and_in_the_text() -> None:
    (article,) = page(f"The mayor is gone. {LEDE}\n{MORE}")
    assert article.title == "The mayor is gone."
    assert paragraphs(article) == [f"The mayor is gone. {LEDE}", MORE]


def test_a_long_first_sentence_is_shortened_at_a_word() -> None:
    (article,) = page(LEDE.replace(" said", " in the old town house by the lighthouse said") + "\n" + MORE)
    assert len(article.title) <= 120
    assert article.title.endswith("…")
    assert article.text.startswith(article.title[:-1])


FURNITURE = [
    "Share", "Facebook", "Share this article", "Advertisement", "Subscribe to our newsletter", "Accept all cookies",
    "Photo: Anna Lund / Port Authority", "(Image credit: Getty Images)", "ALSO READ: Mayor resigns over ferry",
    "READ MORE: What the dredging costs", "Related: Ferries to sail again", "Click here to subscribe to our newsletter",
    "Log in to comment", "No comments yet...", "#harbour #skarholm", "- #harbour,#skarholm", "Try Our AI Features", "3 min read",
    "Explore what Daybrief AI can do for you:", "© 2025 Harbour Gazette. All rights reserved.", "Listen to this article",
    "We use cookies to improve your experience on our site.", "1,204 views", "Story continues below advertisement",
    "(Reporting by Anna Lund; editing by Peder Holm)",
    "À lire aussi : Le maire démissionne", "Lire aussi : Le bac repart", "Publicité", "Abonnez-vous à notre lettre",
    "Crédit photo : Anna Lund", "Partager sur Facebook", "Nous utilisons des cookies pour améliorer votre visite.",
    "Lesen Sie auch: Bürgermeister tritt zurück", "Mehr zum Thema: Die Fähre", "Anzeige", "Foto: Hafenamt",
    "Diese Website verwendet Cookies, um besser zu werden.", "Jetzt abonnieren", "Artikel teilen",
    "Lea también: Dimite el alcalde", "Publicidad", "Compartir en Facebook", "Suscríbete a nuestro boletín",
    "Foto: Autoridad Portuaria", "Utilizamos cookies para mejorar la página.",
    "Читайте также: Мэр ушёл в отставку", "Реклама", "Поделиться", "Фото: Управление порта",
    "Подпишитесь на нашу рассылку", "Мы используем cookie, чтобы сайт работал лучше.",
    "Czytaj też: Prezydent miasta odchodzi", "Zobacz: Prom znów pływa", "Lees ook: Burgemeester stapt op", "Läs mer: Färjan går igen",
    "Les også: Ordføreren går av", "Čtěte také: Starosta odstoupil", "Читайте також: Мер пішов у відставку", "Baca juga: Wali kota mundur",
    "PUEDES VER: ¿Quién paga el muelle?", "Le puede interesar: Dimite el alcalde", "Fotos: Hafenamt", "Crédits photos : Anna Lund",
    "Bild vergrößern", "ANZEIGE - Heute im Angebot", "Copyright: Anna Lund", "Fot. Anna Lund",
]  # fmt: skip


@pytest.mark.parametrize("line", FURNITURE)
def test_a_line_of_furniture_between_paragraphs_is_left_out_and_named(line: str) -> None:
    (article,) = page(f"Harbour to be dredged\n{LEDE}\n{line}\n{MORE}\n{LAST}")
    assert paragraphs(article) == [LEDE, MORE, LAST]
    assert [d.text for d in article.dropped] == [line]


TEXT = [
    "Zobacz, jak wygląda nowy port, mówi burmistrz.", "Die Anzeige gegen den Kapitän wurde zurückgezogen.", "Fotos zeigen den Schaden am Pier.",
    "Read more books, the minister told the pupils.", "Share prices fell by a tenth.", "Comments by the mayor drew laughter.",
    "The photo shows a ship.", "Register to vote by 3 June, the council urged residents.", "Cookies were served.",
    "He sued Getty Images.", "Copyright law will change next year, the ministry said.", "“No,” she said.",
    "Subscribe to this view and you will be alone, he said.", "Sign up for the army, the poster said.",
    "« Oui », dit-elle.", "Teilen ist eine Tugend, sagte er.", "Реклама стала дороже.", "Related work is cheaper.",
    "Two days ago the bridge fell.", "In 2021 it drifted.", "Water", "— А вы? — спросил он.", "Key points of the deal",
]  # fmt: skip


@pytest.mark.parametrize("line", TEXT)
def test_a_line_that_may_be_text_is_kept(line: str) -> None:
    (article,) = page(f"Harbour to be dredged\n{LEDE}\n{line}\n{MORE}")
    assert line in paragraphs(article)


HEADS = [
    ("Harbour Gazette | 12 March 2025", "Harbour Gazette", "2025-03-12"),
    ("12 March 2025 | Harbour Gazette", "Harbour Gazette", "2025-03-12"),
    ("Harbour Gazette, 12 March 2025", "Harbour Gazette", "2025-03-12"),
    ("By Anna Lund | Harbour Gazette | 12 March 2025, 09:40", "Harbour Gazette", "2025-03-12T09:40:00"),
    ("By Anna Lund\nMarch 12, 2025", None, "2025-03-12"),
    ("Harbour Gazette\nBy Anna Lund and Peder Holm\nPublished: 12 March 2025, 9:40 am GMT", "Harbour Gazette",
     "2025-03-12T09:40:00+00:00"),
    ("Wednesday, 12 March 2025", None, "2025-03-12"),
    ("20250312", None, "2025-03-12"),
    ("2025-3-12", None, "2025-03-12"),
    ("Wed Mar 12 08:15:00 +0000 2025", None, "2025-03-12T08:15:00+00:00"),
    ("2025-03-12T08:15:00Z[UTC]", None, "2025-03-12T08:15:00+00:00"),
    ("Updated 14:05 GMT, 3 March 2025", None, "2025-03-03"),
    ("Reuters • 2 hours ago", "Reuters", "2025-07-27T13:00:00+00:00"),
    ("Par Jeanne Martin\nPublié le 12 mars 2025 à 9h40", None, "2025-03-12T09:40:00"),
    ("Le Courrier | mercredi 12 mars 2025", "Le Courrier", "2025-03-12"),
    ("Von Anna Lund\n12. März 2025, 09:40 Uhr", None, "2025-03-12T09:40:00"),
    ("Wiesenauer Bote | 12.03.2025", "Wiesenauer Bote", "2025-03-12"),
    ("Por Ana Ruiz\n12 de marzo de 2025", None, "2025-03-12"),
    ("Вестник Заречья\n12 марта 2025 г.", "Вестник Заречья", "2025-03-12"),
]  # fmt: skip


@pytest.mark.parametrize(("head", "publisher", "published"), HEADS)
def test_what_stands_between_headline_and_text_is_known_of_the_article(
    head: str, publisher: str | None, published: str
) -> None:
    (article,) = page(f"Harbour of Skarholm to be dredged in May\n{head}\n\n{LEDE}\n{MORE}")
    assert (article.title, article.publisher, article.published) == (
        "Harbour of Skarholm to be dredged in May",
        publisher,
        published,
    )
    assert paragraphs(article) == [LEDE, MORE]


CARDS = [
    ("38 minutes ago\nTitle of the other story", None, "2025-07-27T14:22:00+00:00"),
    ("Business Insider\nan hour ago\n- Business Insider\nTitle of the other story", "Business Insider",
     "2025-07-27T14:00:00+00:00"),
    ("Yahoo\n3 days ago\n- Politics\n- Yahoo\nTitle of the other story", "Yahoo", "2025-07-24"),
    ("il y a 2 heures\nTitle of the other story", None, "2025-07-27T13:00:00+00:00"),
    ("Le Monde Libre\nil y a 3 jours\n- Le Monde Libre\nTitle of the other story", "Le Monde Libre", "2025-07-24"),
    ("vor 20 Minuten\nTitle of the other story", None, "2025-07-27T14:40:00+00:00"),
    ("hace una hora\nTitle of the other story", None, "2025-07-27T14:00:00+00:00"),
    ("2 часа назад\nTitle of the other story", None, "2025-07-27T13:00:00+00:00"),
    ("вчера\nTitle of the other story", None, "2025-07-26"),
    ("yesterday\nTitle of the other story", None, "2025-07-26"),
    ("2 weeks ago\nTitle of the other story", None, "2025-07-13"),
    ("Lesna Tribune\n13 March 2025\nTitle of the other story", "Lesna Tribune", "2025-03-13"),
]  # fmt: skip


@pytest.mark.parametrize(
    "above", ["Related Articles", "À lire aussi", "Mehr zum Thema", "Te puede interesar", "Похожие статьи"]
)
@pytest.mark.parametrize(("card", "publisher", "published"), CARDS)
def test_a_card_below_related_articles_is_an_article_of_its_own(
    above: str, card: str, publisher: str | None, published: str
) -> None:
    first, other = page(
        f"Harbour to be dredged\n{LEDE}\n{MORE}\nComments\nNo comments yet...\n{above}\n\n{card}\n{LAST}"
    )
    assert paragraphs(first) == [LEDE, MORE]
    assert (other.title, other.publisher, other.published) == ("Title of the other story", publisher, published)
    assert paragraphs(other) == [LAST]


def test_cards_that_follow_each_other_do_not_run_together() -> None:
    cards = "\n\n".join(f"Paper {n}\n{n} hours ago\n- Paper {n}\nStory number {n}\nText {n}. {MORE}" for n in (2, 3, 4))
    articles = page(f"Harbour to be dredged\n{LEDE}\n{MORE}\nRelated Articles\n\n{cards}")
    assert [(a.title, a.publisher) for a in articles[1:]] == [(f"Story number {n}", f"Paper {n}") for n in (2, 3, 4)]
    assert [paragraphs(a) for a in articles[1:]] == [[f"Text {n}. {MORE}"] for n in (2, 3, 4)]


def test_a_label_that_ends_three_articles_of_a_page_is_left_out_of_all() -> None:
    cards = "\n\n".join(
        f"{n} hours ago\nStory number {n}\nText {n}. {MORE}\nOpen in the Daybrief reader" for n in (2, 3, 4)
    )
    articles = page(f"Harbour to be dredged\n{LEDE}\n{MORE}\nRelated Articles\n\n{cards}")
    assert [paragraphs(a) for a in articles[1:]] == [[f"Text {n}. {MORE}"] for n in (2, 3, 4)]
    assert [a.dropped[-1].text for a in articles[1:]] == ["Open in the Daybrief reader"] * 3


def test_cards_below_an_empty_list_of_comments_are_articles() -> None:
    first, other = page(
        f"Harbour to be dredged\n{LEDE}\n{MORE}\nComments\nNo comments yet...\n\n2 hours ago\nTitle of the other story\n{LAST}"
    )
    assert paragraphs(first) == [LEDE, MORE]
    assert (other.title, paragraphs(other)) == ("Title of the other story", [LAST])


def test_a_date_inside_a_related_article_begins_no_other() -> None:
    _, other = page(
        f"Harbour to be dredged\n{LEDE}\n{MORE}\nRelated Articles\n\n2 hours ago\nThe other story\n{LAST}\n1 May 2019\n{MORE}"
    )
    assert paragraphs(other) == [LAST, "1 May 2019", MORE]


def test_bullet_summaries_stay_part_of_their_article_without_the_bullets() -> None:
    (article,) = page(f"Harbour to be dredged\n- {LEDE}\n• {MORE}\n{LAST}")
    assert paragraphs(article) == [LEDE, MORE, LAST]


def test_a_list_of_headlines_is_left_out_and_the_article_goes_on_below_it() -> None:
    (article,) = page(
        f"Harbour to be dredged\n{LEDE}\n{MORE}\nRelated Articles\nMayor resigns\nFerry sails again\n{LAST}"
    )
    assert paragraphs(article) == [LEDE, MORE, LAST]
    assert [d.reason for d in article.dropped][1:] == ["link to another article"] * 2


def test_readers_comments_are_left_out() -> None:
    (article,) = page(f"Harbour to be dredged\n{LEDE}\n{MORE}\n3 comments\nOlaf77\n2 hours ago\n{LAST}\nReply\nLike")
    assert paragraphs(article) == [LEDE, MORE]


def test_a_link_to_the_comments_in_the_middle_ends_no_article() -> None:
    (article,) = page(f"Harbour to be dredged\n{LEDE}\n{MORE}\nComments\nSave\n{LAST}\nThe mayor agrees with it.")
    assert paragraphs(article) == [LEDE, MORE, LAST, "The mayor agrees with it."]


def test_a_date_between_headline_and_standfirst_begins_no_second_article() -> None:
    (article,) = page(f"Harbour to be dredged in May\n12 March 2025\nFerries sail as usual\n{LEDE}\n{MORE}")
    assert (article.title, article.published) == ("Harbour to be dredged in May", "2025-03-12")
    assert paragraphs(article) == ["Ferries sail as usual", LEDE, MORE]


def test_a_timeline_is_one_article() -> None:
    (article,) = page(f"Harbour to be dredged\n12 March 2025\n{LEDE}\n\n1 May 2019\n{MORE}\n\n3 June 2020\n{LAST}")
    assert paragraphs(article) == [LEDE, "1 May 2019", MORE, "3 June 2020", LAST]


def test_a_wrapped_text_is_joined_to_paragraphs() -> None:
    wrapped = (
        "Harbour to be dredged\n\n"
        "The harbour of Skarholm will be dredged from 3 May, the port\n"
        "authority said on Monday after a vote of its board that was\n"
        "closer than expected and took until the early evening.\n\n"
        "The work costs 4.2 million crowns and is to take nine weeks,\n"
        "during which the ferries sail as usual. The mayor called it\n"
        "overdue, since ships have touched the ground twice a year.\n"
    )
    (article,) = page(wrapped)
    assert [len(p.split("\n")) for p in paragraphs(article)] == [1, 1]
    assert "the port authority said" in article.text


def test_a_section_above_the_headline_is_not_the_title() -> None:
    (article,) = page(f"World > Africa\nHarbour of Skarholm to be dredged in May\n{LEDE}\n{MORE}")
    assert article.title == "Harbour of Skarholm to be dredged in May"
    assert [(d.text, d.reason) for d in article.dropped] == [("World > Africa", "section")]


def test_a_page_of_nothing_but_furniture_holds_no_article() -> None:
    assert page("Comments\nNo comments yet...\nRelated Articles\nShare\nTweet") == ()


def test_a_page_of_one_line_is_an_article() -> None:
    (article,) = page("Harbour to be dredged")
    assert (article.title, article.text) == ("Harbour to be dredged", "Harbour to be dredged")


STORIES = (
    ("Harbour of Skarholm to be dredged", (LEDE, MORE)),
    ("Who pays for the second bridge?", (LAST, "The council votes on it in May, the mayor said.")),
    ("Mill closes in June", ("Three machines of the mill stand still, its owners said.", LEDE)),
)


def stories(between: str, *, under: str = "", blank: str = "\n") -> str:
    """The three stories, each headline underlined with the sign, with a line between them."""
    told = (
        f"{head}\n{under * len(head)}{under and chr(10)}{blank}{(blank + chr(10)).join(text)}" for head, text in STORIES
    )
    return between.join(told)


@pytest.mark.parametrize("blank", ["\n", ""])
@pytest.mark.parametrize(("between", "under"), [("\n\n", "="), ("\n\n", "-"), ("\n\n", "~"), ("\n====\n", ""), ("\n\n" + "_" * 40 + "\n\n", ""),
                                                ("\n\n══════════\n\n", ""), ("\n\n" + "=" * 60 + "\n\n", "-")])  # fmt: skip
@pytest.mark.parametrize("top", ["", "NEWS OF LESNA\n=====\n\n"])
def test_stories_without_dates_are_parted_by_their_underlines_or_the_rules_between_them(
    between: str, under: str, blank: str, top: str
) -> None:
    if top and not under:
        top = top.replace("=====", between.strip())
    articles = page(top + stories(between, under=under, blank=blank))
    assert [(a.title, tuple(paragraphs(a))) for a in articles] == [*STORIES]
    assert ("NEWS OF LESNA" in [d.text for d in articles[0].dropped]) is bool(top)


def test_a_wrapped_text_keeps_its_underlines_apart() -> None:
    wrapped = "\n\n".join(
        f"{head}\n{'=' * len(head)}\n\n" + "\n\n".join(textwrap.fill(t, 40) for t in text) for head, text in STORIES
    )
    assert [(a.title, tuple(paragraphs(a))) for a in page(wrapped)] == [*STORIES]


def test_stories_in_a_script_without_spaces_are_parted_too() -> None:
    told = (("岸壁が再開、修理を経て", "トルスンの岸壁は十一週間の修理を経て金曜日に再開したと発表した。"), ("製紙工場が六月に閉鎖へ", "町議会は火曜日、古い製紙工場を六月までに閉鎖することを決めた。"))  # fmt: skip
    for between, under in (("\n\n====\n\n", ""), ("\n\n", "\n========")):
        articles = page(between.join(f"{head}{under}\n\n{text}" for head, text in told))
        assert [(a.title, a.text) for a in articles] == [*told]


@pytest.mark.parametrize(
    "parts",
    [
        f"{LEDE}\n\nWhat is next\n------------\n\n{MORE}\n\nWhat it costs\n-------------\n\n{LAST}",
        f"{LEDE}\n\n***\n\n{MORE}\n\n***\n\n{LAST}",
        f"{LEDE}\n\n---\n\nBackground\n\n{MORE}\n\n{LAST}",
        f"{LEDE}\n\n{MORE}\n\n{'-' * 30}\nAbout the author\n\n{LAST}",
        f"{LEDE}\n\n{MORE}\n\n{LAST}\n\n{'-' * 30}\nYou receive this newsletter because you subscribed\n\n",
    ],
)
@pytest.mark.parametrize("under", ["", "\n====="])
def test_the_parts_of_one_article_are_not_parted(parts: str, under: str) -> None:
    (article,) = page(f"Harbour of Skarholm to be dredged{under}\n\n{parts}")
    assert article.title == "Harbour of Skarholm to be dredged"
    assert [text for text in paragraphs(article) if text in (LEDE, MORE, LAST)] == [LEDE, MORE, LAST]


@pytest.mark.parametrize("day", ["04/03/2025", "04/03/2025 às 09h12", "4-3-2025 10:30", "04/03/2025 kl. 09.12"])
def test_a_date_that_may_be_two_days_is_neither_text_nor_date(day: str) -> None:
    (article,) = page(f"Harbour to be dredged\n{day}\n\n{LEDE}\n\n{MORE}")
    assert (article.published, paragraphs(article)) == (None, [LEDE, MORE])
