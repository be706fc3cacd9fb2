"""Test files for spreadsheets: no cell is a formula, whatever its text and the reader's separator."""

import csv
import io
import re
from decimal import Decimal
from itertools import product
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aira.exports.spreadsheets import cell, csv_lines, escape_formula, xlsx

BEGINNINGS = ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"]
RUNS = re.compile(r'[\s"\u200b-\u200f\u2060\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20]')


def read(line: str, **how: Any) -> list[str]:
    return [each for row in csv.reader(io.StringIO(line, newline=""), **how) for each in row]


@pytest.mark.parametrize("beginning", BEGINNINGS)
def test_each_dangerous_beginning_of_owasp_is_escaped(beginning: str) -> None:
    assert cell(f"{beginning}1+cmd|' /C calc'!A0") == f"'{beginning}1+cmd|' /C calc'!A0"


@pytest.mark.parametrize("beginning", ["=", "+", "-", "@", "＝", "＋", "－", "＠"])
@pytest.mark.parametrize("separator", [";", "|", "\t", "\n", "\r\n", "; ", ';"', "\n\u200b"])
def test_a_dangerous_text_after_another_separator_is_escaped(separator: str, beginning: str) -> None:
    [line] = csv_lines([f"x{separator}{beginning}1+1"], [])
    for delimiter, quoting in product(";|\t,", (csv.QUOTE_MINIMAL, csv.QUOTE_NONE)):
        if (delimiter, quoting) != (",", csv.QUOTE_NONE):
            assert not [each for each in read(line, delimiter=delimiter, quoting=quoting) if RUNS.match(each)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "a-b",
        "1 + 1 = 2",
        "a, -b",
        "alice@example.com",
        "+14155550111",
        "-5",
        "-1.5",
        "Straße; Ecke",
        "it's",
        "a=b;c=d",
    ],
)
def test_harmless_texts_stay_as_they_are(text: str) -> None:
    assert escape_formula(text) == text
    assert read(next(csv_lines([text], []))) == [text]


@given(st.lists(st.text(st.sampled_from("ab1 ;,|\t\r\n\"'=+-@＝＋－＠\ufeff\u200b\0")), min_size=1, max_size=3))
def test_no_text_is_a_formula_in_any_reader(texts: list[str]) -> None:
    [line] = csv_lines(texts, [])
    for delimiter in ";|\t,":
        for each in read(line, delimiter=delimiter):
            assert not RUNS.match(each) or re.fullmatch(r"[+-]?[1.]+", each), (line, delimiter, each)
    assert read(line) == [escape_formula(text) for text in texts]


def test_numbers_are_numbers_and_texts_are_quoted() -> None:
    rows = [[Decimal("-25.00"), 7, True, None, "25.00", "", {"a": "=1"}]]
    assert list(csv_lines(["amount", "count", "yes", "none", "text", "empty", "json"], rows)) == [
        '"amount","count","yes","none","text","empty","json"\r\n',
        '-25.00,7,True,,"25.00","","{""a"": ""=1""}"\r\n',
    ]


def test_a_file_for_excel_has_numbers_and_texts_and_no_formulas() -> None:
    rows = [[Decimal("-25.00"), 7, None, *(f"{beginning}1+1" for beginning in BEGINNINGS), "x;=1+1"]]
    sheet = openpyxl.load_workbook(io.BytesIO(xlsx("t", ["a", "b", "c", *BEGINNINGS, "d"], rows))).active
    cells = list(sheet.iter_rows())[1]
    assert [each.data_type for each in cells[:2]] == ["n", "n"]
    assert {each.data_type for each in cells[3:]} <= {"s", "inlineStr"}
    assert all(str(each.value).startswith("'") for each in cells[3:-1])
    assert cells[-1].value == "x;'=1+1"
