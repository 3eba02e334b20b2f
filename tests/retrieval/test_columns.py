from __future__ import annotations

import numpy as np
import pytest

from askcorpus.errors import WeightsError
from askcorpus.retrieval.columns import Columns, in_order

OF_TEXT: Columns[str] = Columns(
    {"letters": len, "capitals": lambda text: sum(c.isupper() for c in text), "asks": lambda text: text.endswith("?")}
)
OF_WORDS: Columns[list[str]] = Columns(
    {"letters": lambda words: [len(w) for w in words], "many": lambda words: len(words) > 1}
)


def test_a_row_holds_each_feature_in_the_order_of_the_table() -> None:
    row = OF_TEXT.row("Who is Ada?")
    assert OF_TEXT.names == ("letters", "capitals", "asks")
    assert row.tolist() == [11, 2, 1]
    assert row.dtype == np.float32


def test_rows_hold_a_number_for_each_and_one_number_for_all() -> None:
    assert OF_WORDS.rows(["of", "Norway"], 2).tolist() == [[2, 1], [6, 1]]
    assert OF_WORDS.rows([], 0).shape == (0, 2)


def test_features_are_taken_out_by_name() -> None:
    assert OF_TEXT.row("Who is Ada?")[OF_TEXT.places(("asks", "letters"))].tolist() == [1, 11]
    with pytest.raises(ValueError, match="not in tuple"):
        OF_TEXT.places(("words",))


def test_weights_follow_the_order_of_the_features_not_that_of_the_file() -> None:
    assert in_order(("a", "b", "c"), {"c": 3.0, "a": 1.0}, unused=("b",), of="x").tolist() == [1, 0, 3]
    assert in_order(("a", "b"), {"a": 2.0}, unused=("b",), of="x", instead=1.0).tolist() == [2, 1]


@pytest.mark.parametrize(
    ("given", "unused", "says"),
    [
        ({"a": 1.0}, (), "b has no weight"),
        ({"a": 1.0, "b": 1.0, "c": 1.0}, (), "c is no feature"),
        ({"a": 1.0, "b": 1.0}, ("c",), "c is no feature"),
        ({"a": 1.0, "b": 1.0}, ("b",), "b has a weight and is unused"),
    ],
)
def test_a_name_that_does_not_fit_is_an_error_that_says_which_where_and_what_to_type(
    given: dict[str, float], unused: tuple[str, ...], says: str
) -> None:
    with pytest.raises(WeightsError, match=r"known in ranking\.json.*benchmarks/fusion\.py .* --fit") as refused:
        in_order(("a", "b"), given, unused=unused, of="known in ranking.json")
    assert says in str(refused.value)
