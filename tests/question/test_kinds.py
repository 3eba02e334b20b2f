from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from askcorpus.language.words import words
from askcorpus.question.kinds import (
    Kind,
    after_which,
    asked_kind,
    asks_for,
    asks_money,
    asks_place,
    asks_reason,
    named,
    names_one,
)


def told(question: str, text: str, language: str = "en") -> list[str]:
    kind = asked_kind(question)
    assert kind is not None
    asked = frozenset(w.stem for w in words(question, language) if not w.stop)
    spans = named(kind, text, words(text, language), besides=asked, language=language)
    return [text[start:end] for start, end in spans]


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("When was the bridge opened?", Kind.DATE),
        ("In which year did it open?", Kind.DATE),
        ("What time does it open?", Kind.DATE),
        ("How many passengers were there?", Kind.NUMBER),
        ("How long will it be closed?", Kind.NUMBER),
        ("What share of GDP is it?", Kind.NUMBER),
        ("Who is the mayor?", Kind.NAME),
        ("Where was she born?", Kind.NAME),
        ("Which airline flew?", Kind.NAME),
        ("Wann wurde er gebaut?", Kind.DATE),
        ("Wie viele Menschen kamen?", Kind.NUMBER),
        ("Wer ist die Bürgermeisterin?", Kind.NAME),
        ("Quand a-t-elle ouvert ?", Kind.DATE),
        ("Combien de livres ?", Kind.NUMBER),
        ("Qui est la maire ?", Kind.NAME),
        ("Когда открыли мост?", Kind.DATE),
        ("Сколько стоил мост?", Kind.NUMBER),
        ("Кто глава города?", Kind.NAME),
        ("Why did it fall?", None),
        ("What caused the fire?", None),
        ("", None),
    ],
)
def test_the_question_words_say_what_is_asked_for(question: str, kind: Kind | None) -> None:
    assert asked_kind(question) is kind


@pytest.mark.parametrize(
    ("question", "text", "expected"),
    [
        ("When did it open?", "It opened on 14 March 2026, said Mr. Vale.", ["14 March 2026"]),
        ("When did it open?", "It opened in May.", ["May"]),
        ("When may it open?", "It may open in May, and may close again.", ["May"]),
        ("How many came?", "Over 400 came on the first day.", ["400"]),
        ("How much did it cost?", "It cost $38 million, of it 6.3% public.", ["$38 million", "6.3%"]),
        ("Who is the mayor?", "The mayor is Ingrid Vale.", ["Ingrid Vale"]),
        ("Where was he born?", "He was born in Oslo.", ["Oslo"]),
        ("Who led the Sund delegation?", "The Sund delegation was led by Ada Berg.", ["Ada Berg"]),
    ],
)
def test_a_sentence_names_what_was_asked_for(question: str, text: str, expected: list[str]) -> None:
    assert told(question, text) == expected


@pytest.mark.parametrize(
    ("question", "text", "language", "expected"),
    [
        ("Wann kam er?", "Er kam am 3. Mai 2025.", "de", ["3. Mai 2025"]),
        ("Combien de livres ?", "Elle compte 12 000 livres.", "fr", ["12 000"]),
        ("Когда открыли мост?", "Мост открыли 14 ноября 2024 года.", "ru", ["14 ноября 2024"]),
        ("Кто глава города?", "Глава города Ольга Самарина открыла мост.", "ru", ["Ольга Самарина"]),
        ("Kiedy otwarto most?", "Most otwarto 12 listopada 2024 r.", "pl", ["12 listopada 2024"]),
        ("Πότε άνοιξε η γέφυρα;", "Η γέφυρα άνοιξε στις 12 Μαΐου 2024.", "el", ["12 Μαΐου 2024"]),
        ("大桥什么时候开通？", "大桥于2024年5月12日开通。", "zh", ["2024年5月12日"]),
        ("สะพานเปิดเมื่อไร", "สะพานเปิดเมื่อวันที่ 12 มีนาคม 2567", "th", ["12 มีนาคม 2567"]),
        ("Kaç kişi öldü?", "Yangında on iki kişi öldü.", "tr", ["on iki"]),
        ("Quand ?", "Le pont a ouvert en mars.", "fr", ["mars"]),
        ("When?", "Mars and Mai are no months; Jan Berg came once.", "en", []),
        ("How many?", "He came twice, on a dos and a mil.", "en", ["twice"]),
    ],
)
def test_other_languages_name_it_too(question: str, text: str, language: str, expected: list[str]) -> None:
    assert told(question, text, language) == expected


def test_what_the_question_says_itself_is_no_answer_to_it() -> None:
    assert told("Who won the Lesna marathon in 2024?", "The Lesna marathon was won by Ada Berg.") == ["Ada Berg"]
    assert told("When in 2024 was it?", "It was in 2024.") == []


WHEN = """
en When was the bridge opened?
de Wann wurde die Brücke eröffnet?
de In welchem Jahr wurde sie gebaut?
fr Quand le pont a-t-il ouvert ?
fr En quelle année a-t-il été construit ?
es ¿Cuándo se abrió el puente?
es ¿En qué año se construyó?
it Quando è stato aperto il ponte?
it In che anno è stato costruito?
pt Quando foi aberta a ponte?
pt Em que ano foi construída?
nl Wanneer werd de brug geopend?
nl In welk jaar werd hij gebouwd?
da Hvornår åbnede broen?
da I hvilket år blev den bygget?
no Når åpnet broen?
sv När öppnades bron?
sv Vilket år byggdes den?
fi Milloin silta avattiin?
fi Minä vuonna se rakennettiin?
hu Mikor nyitották meg a hidat?
hu Melyik évben épült?
ro Când a fost deschis podul?
ro În ce an a fost construit?
ru Когда открыли мост?
ru В каком году построили мост?
uk Коли відкрили міст?
uk У якому році збудували міст?
pl Kiedy otwarto most?
pl W którym roku go zbudowano?
cs Kdy byl otevřen most?
cs Ve kterém roce byl postaven?
sk Kedy otvorili most?
bg Кога беше открит мостът?
bg През коя година е построен?
sr Када је отворен мост?
hr Kada je otvoren most?
tr Köprü ne zaman açıldı?
tr Hangi yılda yapıldı?
el Πότε άνοιξε η γέφυρα;
el Ποιο έτος χτίστηκε;
ar متى افتتح الجسر؟
ar في أي عام بني الجسر؟
fa پل کی افتتاح شد؟
fa در چه سالی ساخته شد؟
he מתי נפתח הגשר?
he באיזו שנה הוא נבנה?
hi पुल कब खोला गया?
hi यह किस वर्ष में बना?
id Kapan jembatan itu dibuka?
id Tahun berapa jembatan itu dibangun?
vi Cây cầu được mở khi nào?
vi Cây cầu được xây dựng năm nào?
sw Daraja lilifunguliwa lini?
sw Lilijengwa mwaka gani?
zh 大桥什么时候开通？
zh 大桥哪一年建成？
ja 橋はいつ開通しましたか？
ja 何年に建てられましたか？
ko 다리는 언제 개통되었나요?
th สะพานเปิดเมื่อไร
th สร้างในปีใด
et Millal sild avati?
lt Kada atidarytas tiltas?
lv Kad atklāja tiltu?
ca Quan es va obrir el pont?
"""
HOW_MANY = """
en How many people died?
de Wie viele Menschen starben?
fr Combien de personnes sont mortes ?
es ¿Cuántas personas murieron?
it Quante persone sono morte?
pt Quantas pessoas morreram?
nl Hoeveel mensen stierven er?
da Hvor mange mennesker døde?
no Hvor mange mennesker døde?
sv Hur många människor dog?
fi Kuinka monta ihmistä kuoli?
hu Hány ember halt meg?
ro Câți oameni au murit?
ru Сколько человек погибло?
uk Скільки людей загинуло?
pl Ilu ludzi zginęło?
cs Kolik lidí zemřelo?
sk Koľko ľudí zomrelo?
bg Колко души загинаха?
sr Koliko ljudi je poginulo?
hr Koliko je ljudi poginulo?
tr Kaç kişi öldü?
el Πόσοι άνθρωποι πέθαναν;
ar كم عدد القتلى؟
fa چند نفر کشته شدند؟
he כמה אנשים נהרגו?
hi कितने लोग मारे गए?
id Berapa orang yang tewas?
vi Bao nhiêu người đã chết?
sw Watu wangapi walikufa?
zh 有多少人死亡？
ja 何人が死亡しましたか？
ko 몇 명이 숨졌나요?
th มีผู้เสียชีวิตกี่คน
et Kui palju inimesi hukkus?
lt Kiek žmonių žuvo?
lv Cik cilvēku gāja bojā?
ca Quantes persones van morir?
"""
WHO_OR_WHERE = """
en Who is the mayor?
en Where was she born?
de Wer ist die Bürgermeisterin?
de Wo wurde sie geboren?
de Welche Stadt wurde getroffen?
fr Qui est la maire ?
fr Où est-elle née ?
fr Quelle ville a été touchée ?
es ¿Quién es la alcaldesa?
es ¿Dónde nació?
it Chi è il sindaco?
it Dove è nata?
it In quale città è successo?
pt Quem é o prefeito?
pt Onde ela nasceu?
nl Wie is de burgemeester?
nl Waar is zij geboren?
da Hvem er borgmester?
da Hvor blev hun født?
no Hvem er ordfører?
no Hvor ble hun født?
sv Vem är borgmästare?
sv Var föddes hon?
fi Kuka on pormestari?
fi Missä hän syntyi?
hu Ki a polgármester?
hu Hol született?
ro Cine este primarul?
ro Unde s-a născut?
ru Кто мэр города?
ru Где она родилась?
ru Какая компания построила мост?
uk Хто мер міста?
uk Де вона народилася?
pl Kto jest burmistrzem?
pl Gdzie się urodziła?
cs Kdo je starosta?
cs Kde se narodila?
sk Kto je starosta?
sk Kde sa narodila?
bg Кой е кметът?
bg Къде е родена?
sr Ко је градоначелник?
sr Gde je rođena?
hr Tko je gradonačelnik?
hr Gdje je rođena?
tr Belediye başkanı kim?
tr Nerede doğdu?
el Ποιος είναι ο δήμαρχος;
el Πού γεννήθηκε;
ar أين ولدت؟
fa چه کسی شهردار است؟
fa او کجا به دنیا آمد؟
he מי ראש העיר?
he איפה היא נולדה?
hi महापौर कौन है?
hi उनका जन्म कहाँ हुआ?
id Siapa wali kota itu?
id Di mana dia lahir?
id Di kota mana dia lahir?
vi Ai là thị trưởng?
vi Bà ấy sinh ra ở đâu?
vi Thành phố nào bị ảnh hưởng?
sw Nani ni meya wa mji?
sw Alizaliwa wapi?
zh 谁是市长？
zh 她在哪里出生？
zh 哪个城市受到影响？
ja 市長は誰ですか？
ja どこで生まれましたか？
ko 시장은 누구인가요?
ko 그녀는 어디에서 태어났나요?
th ใครเป็นนายกเทศมนตรี
th เธอเกิดที่ไหน
et Kes on linnapea?
et Kus ta sündis?
lt Kas yra meras?
lt Kur ji gimė?
lv Kas ir mērs?
lv Kur viņa dzimusi?
ca Qui és l'alcalde?
ca On va néixer?
"""
WHY = """
en Why did it fall?
de Warum stürzte sie ein?
fr Pourquoi le pont est-il tombé ?
es ¿Por qué cayó el puente?
it Perché è crollato il ponte?
pt Por que a ponte caiu?
nl Waarom stortte de brug in?
da Hvorfor faldt broen?
no Hvorfor falt broen?
sv Varför föll bron?
fi Miksi silta romahti?
hu Miért dőlt össze a híd?
ro De ce a căzut podul?
ru Почему рухнул мост?
uk Чому впав міст?
pl Dlaczego most się zawalił?
cs Proč se most zřítil?
sk Prečo sa most zrútil?
bg Защо падна мостът?
sr Зашто је мост пао?
hr Zašto se most srušio?
tr Köprü neden çöktü?
el Γιατί έπεσε η γέφυρα;
ar لماذا انهار الجسر؟
fa چرا پل فرو ریخت؟
he למה קרס הגשר?
hi पुल क्यों गिरा?
id Mengapa jembatan itu runtuh?
vi Tại sao cây cầu bị sập?
sw Kwa nini daraja lilianguka?
zh 大桥为什么倒塌？
ja なぜ橋は崩れましたか？
ko 다리는 왜 무너졌나요?
th ทำไมสะพานถึงถล่ม
et Miks sild kokku varises?
lt Kodėl sugriuvo tiltas?
lv Kāpēc sabruka tilts?
ca Per què va caure el pont?
"""


def lines(questions: str) -> list[str]:
    return [line.partition(" ")[2] for line in questions.strip().split("\n")]


@pytest.mark.parametrize("question", lines(WHEN))
def test_when_and_which_year_ask_for_a_date_in_every_language(question: str) -> None:
    assert asked_kind(question) is Kind.DATE
    assert not asks_reason(question)


@pytest.mark.parametrize("question", lines(HOW_MANY))
def test_how_many_asks_for_a_number_in_every_language(question: str) -> None:
    assert asked_kind(question) is Kind.NUMBER
    assert not asks_reason(question)


@pytest.mark.parametrize("question", lines(WHO_OR_WHERE))
def test_who_where_and_which_town_ask_for_a_name_in_every_language(question: str) -> None:
    assert asked_kind(question) is Kind.NAME
    assert not asks_reason(question)


@pytest.mark.parametrize("question", lines(WHY))
def test_why_asks_for_a_reason_in_every_language(question: str) -> None:
    assert asks_reason(question)
    assert asked_kind(question) is None


@pytest.mark.parametrize(
    ("question", "kind", "reason"),
    [
        ("Wie is de burgemeester van Sund?", Kind.NAME, False),  # Dutch who, German how
        ("Wie entstand der Brand?", None, True),
        ("Wie heißt die Bürgermeisterin?", Kind.NAME, True),
        ("Wie viele kamen?", Kind.NUMBER, False),
        ("How did Ho Chi Minh travel?", None, True),  # chi is Italian who
        ("Mikor nyitották ki a hidat?", Kind.DATE, False),
        ("Miért zárták ki a csapatot?", None, True),  # ki is Hungarian who, and out
        ("Who is on the board?", Kind.NAME, False),  # on is Turkish ten
        ("Mars", None, False),
    ],
)
def test_a_word_of_two_languages_is_read_in_the_question_s_own(question: str, kind: Kind | None, reason: bool) -> None:
    assert asked_kind(question) is kind
    assert asks_reason(question) is reason


COSTS = """
en What does a ticket to Sund cost?
en What did the old bridge cost the town?
en And what would the new bridge cost?
de Was kostet ein Tag Streik die Brauerei?
de Was hat die neue Brücke gekostet?
fr Que coûte une carte de bibliothèque à Sund ?
fr Qu'a coûté le nouveau pont ?
es ¿Qué cuesta el abono de la biblioteca?
it Che cosa è costato il nuovo ponte?
pt O que custa um bilhete para a ilha?
nl Wat kost een kaartje naar het eiland?
nl Wat heeft de nieuwe brug gekost?
da Hvad koster en billet til øen?
no Hva koster en billett til øya?
sv Vad kostar en biljett till ön?
fi Mitä maksaa lippu saarelle tänä kesänä?
hu Mibe kerül egy jegy a szigetre a nyáron?
ro Ce a costat podul nou de peste râu și cine l-a plătit?
ru Во что обошёлся городу новый мост?
uk Що коштує квиток на острів?
pl Co kosztuje bilet na wyspę?
bg Какво струва билетът за острова?
sr Шта кошта карта за острво?
hr Što košta karta za otok?
el Τι κοστίζει το εισιτήριο για το νησί;
et Mis maksab pilet saarele, kui ma ostan selle enne pühi?
ca Què costa un bitllet per anar a l'illa?
"""


@pytest.mark.parametrize("question", lines(COSTS))
def test_what_a_thing_costs_asks_for_a_sum_of_money(question: str) -> None:
    assert asked_kind(question) is Kind.NUMBER
    assert asks_money(question)


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("What company pays its workers the most?", Kind.NAME),
        ("What does the mayor say about the cost of living?", None),
        ("What did the bridge that cost 12 million replace?", None),
        ("What is the union demanding on pay?", None),
        ("Was sagen die neuen Zahlen über die Kosten?", None),
        ("Was wird gegen die hohen Kosten getan?", None),
        ("Cosa è successo sulla Costa Concordia?", None),
        ("Wat zegt de burgemeester over de kosten?", None),
        ("Co powiedział burmistrz o moście, który kosztował 12 milionów?", None),
        ("Какво си струва да се види в София?", None),
    ],
)
def test_a_cost_that_is_spoken_of_is_not_asked_for(question: str, kind: Kind | None) -> None:
    assert asked_kind(question) is kind


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("What's the price of bread in Sund?", Kind.NUMBER),
        ("What’s the unemployment rate in the Norvik district?", Kind.NUMBER),
        ("What's the mayor's plan for the bridge?", None),
        ("What's behind the price rise?", None),
        ("What's wrong with the new budget?", None),
        ("What's happening with the age limit?", None),
    ],
)
def test_is_may_be_written_onto_what(question: str, kind: Kind | None) -> None:
    assert asked_kind(question) is kind


def test_no_name_is_asked_of_a_language_whose_letters_do_not_tell_one() -> None:
    assert asked_kind("Who is the mayor?", "zh") is None
    assert asked_kind("谁是市长？", "en") is Kind.NAME
    assert asked_kind("When was it?", "zh") is Kind.DATE


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        *((q, "place") for q in ("Where was it signed?", "From where did he come?", "In which town was it?", "Wo war es?", "¿Dónde fue?")),
        *((q, "place") for q in ("W jakim mieście to było?", "Köprü nerede açıldı?", "Πού έγινε;", "Di kota mana itu?", "在哪里签署？")),
        *((q, "share") for q in ("What share of it?", "Wie hoch ist der Stimmenanteil?", "Quel pourcentage ?", "Jaki procent?", "Τι ποσοστό;")),
        *((q, "money") for q in ("How much did it cost?", "Wie teuer war es?", "Сколько стоила?", "Ile kosztował most?", "多少钱？")),
        *((q, "year") for q in ("In which year?", "In welchem Jahr?", "В каком году?", "Ve kterém roce?", "哪一年？")),
        *((q, "adjective") for q in ("Which language is spoken?", "Welche Sprache?", "¿Qué idioma se habla?", "Jakim językiem?")),
        *((q, "who") for q in ("Who won?", "Wer hat gewonnen?", "Kto wygrał?", "Hvem vant?", "Τίνος ήταν; Ποιος;", "谁赢了？")),
    ],
)  # fmt: skip
def test_a_question_says_what_the_thing_has_to_be(question: str, asked: str) -> None:
    assert asks_place(question) if asked == "place" else asks_for(question, asked)
    assert not asks_for("What did the minister say?", asked)


def test_where_in_the_middle_joins_clauses() -> None:
    assert not asks_place("Who founded the bank where Ada Berg worked?")


@pytest.mark.parametrize(
    ("question", "noun"),
    [("Which bank lent it?", "bank"), ("In welcher Stadt war es?", "Stadt"), ("¿Qué banco fue?", "banco"), ("Który bank?", "bank"), ("Who won?", None)],
)  # fmt: skip
def test_the_noun_that_is_asked_for_comes_after_which(question: str, noun: str | None) -> None:
    start = after_which(question)
    assert (question[start:].split(" ")[0].rstrip("?") if start is not None else None) == noun


@given(st.text(max_size=200), st.sampled_from(list(Kind)), st.sampled_from(["en", "de", "ru", "zh", "th", "hi", "is"]))
def test_any_text_can_be_searched_and_every_span_lies_inside_it(text: str, kind: Kind, language: str) -> None:
    inside = words(text, language)
    spans = named(kind, text, inside, besides=frozenset(), language=language)
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert names_one(kind, text, inside, (0, len(text)), besides=frozenset(), language=language) == bool(spans)


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("number of passengers hurt when the tram left the rails", Kind.NUMBER),
        ("Was anybody hurt when the scaffold came down?", None),
        ("Where was the mayor when the dyke broke?", Kind.NAME),
        ("Which minister resigned when the report came out?", Kind.NAME),
        ("Où était le maire quand la digue a cédé ?", Kind.NAME),
        ("Welche Partei verlor, als der Bericht kam?", Kind.NAME),
        ("When was the mayor told?", Kind.DATE),
        ("And when does it open?", Kind.DATE),
        ("The ferry sank when?", Kind.DATE),
        ("In which year and when exactly did it open?", Kind.DATE),
        ("Sait-on quand le pont rouvrira ?", Kind.DATE),
    ],
)
def test_when_that_joins_two_clauses_asks_for_no_date(question: str, kind: Kind | None) -> None:
    assert asked_kind(question) is kind
