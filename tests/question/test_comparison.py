"""Which two things does a question compare?"""

from __future__ import annotations

import pytest

from askcorpus.question.comparison import sides


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("Did Brenia or Solvania harvest more wheat?", ("Brenia", "Solvania")),
        ("Brenia or Solvania?", ("Brenia", "Solvania")),
        ("What is the difference between the price of bread in Brenia and Feltria?", ("Brenia", "Feltria")),
        ("Which heater cost more, the TH-400 or the TH-450?", ("TH-400", "TH-450")),
        ("Hat Brenia oder Solvania mehr Weizen geerntet?", ("Brenia", "Solvania")),
        ("Qui a récolté plus de blé, la Brénie ou la Solvanie ?", ("Brénie", "Solvanie")),
        ("¿Quién cosechó más trigo, Brenia o Solvania?", ("Brenia", "Solvania")),
        ("Кто собрал больше пшеницы, Брения или Солвания?", ("Брения", "Солвания")),
        ("Хто зібрав більше пшениці, Бренія чи Солванія?", ("Бренія", "Солванія")),
        ("Brenia mı yoksa Solvania mı daha çok buğday hasat etti?", ("Brenia", "Solvania")),
        ("هل حصدت برينيا أم سولفانيا قمحا أكثر؟", ("برينيا", "سولفانيا")),
    ],
)
def test_two_names_with_or_between_them_are_compared(question: str, names: tuple[str, str]) -> None:
    assert tuple(side.name for side in sides(question)) == names


def test_each_side_is_asked_about_by_itself() -> None:
    assert [side.question for side in sides("Did Brenia or Solvania harvest more wheat?")] == [
        "Did Brenia harvest more wheat?",
        "Did Solvania harvest more wheat?",
    ]


@pytest.mark.parametrize(
    "question",
    [
        *("Who signed the treaty?", "Did Brenia and Solvania sign?", "Is it red or blue?"),
        *("Who won in 2021 or last year?", "", "or", "Mali"),
    ],
)
def test_what_has_no_two_names_is_no_comparison(question: str) -> None:
    assert sides(question) == ()
