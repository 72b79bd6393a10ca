"""Languages: labels with values and plurals, and (further down) pages in several languages."""

import pytest
from markupsafe import Markup

from acadsite.languages import Words, language, plural


def words(tag: str = "en", **own) -> Words:
    return Words(language(tag), own)


def test_a_label_takes_values():
    say = words().say
    assert say("{n} papers", {"n": 1}) == "1 paper"
    assert say("{n} papers", {"n": 3}) == "3 papers"
    assert say("of {name}, {other}", {"name": "Emmy"}) == "of Emmy, {other}", "a place without a value stays"
    assert say("{n} papers") == "{n} papers"
    assert say("no {such} label {n}", {"n": 2}) == "no {such} label 2"


def test_a_value_that_is_html_makes_html_and_nothing_else_is_trusted():
    said = words(**{"by {a} < {b}": "{a} & {b}"}).say("by {a} < {b}", {"a": Markup("<i>x</i>"), "b": "<b>"})
    assert isinstance(said, Markup)
    assert said == "<i>x</i> &amp; &lt;b&gt;"
    assert words().say("{b}", {"b": "<b>"}) == "<b>", "text stays text, which the template escapes"


def test_labels_of_the_site_win():
    own = words("en", Abstract="Summary", **{"{n} papers": {"one": "a paper", "other": "{n} texts"}})
    assert own.say("Abstract") == "Summary"
    assert [own.say("{n} papers", {"n": n}) for n in (1, 2)] == ["a paper", "2 texts"]


#: Integers for which the plural rules of CLDR differ.
PLURALS = {
    "en": {0: "other", 1: "one", 2: "other"},
    "de-AT": {0: "other", 1: "one", 5: "other"},
    "fr": {0: "one", 1: "one", 2: "other", 1_000_000: "many"},
    "pt": {0: "one", 1: "one", 2: "other"},
    "pt-PT": {0: "other", 1: "one"},
    "es": {0: "other", 1: "one", 2_000_000: "many"},
    "zh": {0: "other", 1: "other"},
    "ja": {1: "other"},
    "ar": {0: "zero", 1: "one", 2: "two", 3: "few", 10: "few", 11: "many", 99: "many", 100: "other", 103: "few"},
    "he": {1: "one", 2: "two", 3: "other"},
    "ru": {1: "one", 2: "few", 5: "many", 11: "many", 21: "one", 112: "many"},
    "pl": {1: "one", 2: "few", 5: "many", 12: "many", 22: "few", 21: "many"},
    "cs": {1: "one", 3: "few", 5: "other"},
}  # fmt: skip


@pytest.mark.parametrize("tag", PLURALS)
def test_plural_categories(tag):
    assert {number: plural(tag, number) for number in PLURALS[tag]} == PLURALS[tag]


@pytest.mark.parametrize("number", [True, 1.5, -1, "1", None])
def test_what_is_no_number_has_no_plural(number):
    assert plural("en", number) == "other"
