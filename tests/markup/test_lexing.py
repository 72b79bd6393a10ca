"""The quick way through a lexer gives what Pygments gives, token by token."""

import re
import warnings
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pygments.lexers import get_all_lexers, get_lexer_by_name
from pygments.token import Token

from acadsite.markup.lexing import QuickLexer, beginnings

ASCII = "".join(map(chr, range(0x20, 0x7F))) + "\t\n"
CHARS = st.one_of(st.sampled_from(ASCII), st.sampled_from("éßſKİ漢\u2028\x0b\x1c\xa0"))


def quick(name: str) -> QuickLexer:
    lexer = QuickLexer(get_lexer_by_name(name, stripnl=False, ensurenl=False))
    lexer.texts = 1000  # as if it had had enough texts to be worth the tables
    return lexer


# --- what a pattern can begin with -----------------------------------------------------------------------------

ATOMS = st.sampled_from(
    [
        *("a", "K", "s", "é", "ſ", "\\.", ".", "\\d", "\\W", "\\s", "[a-f]", "[^a-f]", '[^\\s"]', "[K-Z_]"),
        *(
            "[^k]",
            "[é-ü]",
            "[\\w.]",
            "^",
            "$",
            "\\b",
            "\\Z",
            "\\A",
            "\\B",
            "(?=a)",
            "(?!a)",
            "(?<=a)",
            "(?<!a)",
        ),
        *("(?=[ab]?)", "(?=x*$)", "(?i:k)", "(?s:.)", "(?-i:k)", "(a)?\\1", "\\n", ""),
    ]
)
PATTERNS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=4).map("".join),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: f"(?:{'|'.join(parts)})"),
        st.tuples(inner, st.sampled_from(["?", "*", "+", "*?", "{2}", "{0,2}", "{0}", "?+", "*+"])).map(
            lambda pair: f"(?:{pair[0]}){pair[1]}"
        ),
        inner.map("({})".format),
        inner.map("(?>{})".format),
        inner.map("(?={})".format),
    ),
    max_leaves=6,
)


@settings(deadline=None, max_examples=600)
@given(
    pattern=PATTERNS,
    flags=st.lists(st.sampled_from([re.IGNORECASE, re.MULTILINE, re.DOTALL, re.ASCII]), unique=True),
    before=st.text(CHARS, max_size=2),
    after=st.text(st.one_of(st.sampled_from("aak \n"), CHARS), max_size=4),
)
def test_no_match_begins_with_another_character(
    pattern: str, flags: list[re.RegexFlag], before: str, after: str
) -> None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compiled = re.compile(pattern, sum(flags))
    except re.error:
        return
    for char in set(ASCII) - beginnings(compiled):
        assert compiled.match(before + char + after, len(before)) is None, (compiled, char)


def test_what_is_told_apart() -> None:
    known = {
        "def|class": "dc",
        "(?i)def": "dD",
        "[uU]?[rR]?'": "uUrR'",
        "(?=[({])": "({",
        "(?!a)b": "b",
        "a*$": "a\n",
        "(?<=x)[0-9]+": "0123456789",
        "(?:a|b?)c": "abc",
        "\\Z": "",
        "[^\\W\\d_ac-z]": "bABCDEFGHIJKLMNOPQRSTUVWXYZ",
    }
    assert {pattern: "".join(beginnings(re.compile(pattern))) for pattern in known}.keys() == known.keys()
    for pattern, chars in known.items():
        assert beginnings(re.compile(pattern)) == set(chars), pattern
    assert beginnings(re.compile("(?i)\N{KELVIN SIGN}")) == set(ASCII)
    assert beginnings(re.compile("")) == set(ASCII)


# --- tokens ----------------------------------------------------------------------------------------------------


def pieces(lexer: QuickLexer) -> list[str]:
    """Words and signs that stand in the lexer's own patterns."""
    found: set[str] = set()
    for rules in lexer.lexer._tokens.values():  # type: ignore[attr-defined]
        for match, _, _ in rules:
            found.update(re.findall(r"[A-Za-z_]{2,}|\W{1,3}", match.__self__.pattern[:400]))
    return [*sorted(found), *ASCII]


NAMES = sorted(aliases[0] for _, aliases, _, _ in get_all_lexers() if aliases)


@pytest.mark.parametrize("part", range(4))
def test_every_lexer_of_pygments(part: int) -> None:
    tried = 0
    for index, name in enumerate(NAMES[part::4]):
        lexer = quick(name)
        if lexer.states is None:
            continue
        tried += 1
        words = pieces(lexer)
        step = 7 + index % 5
        text = (
            " ".join(words[::step])
            + "\n"
            + "".join(words[:: step + 2])
            + "\n"
            + (type(lexer.lexer).__doc__ or "")
        )
        assert list(lexer.tokens(text)) == list(lexer.lexer.get_tokens(text)), name
    assert tried > 80


@pytest.mark.parametrize(
    "name",
    ["python", "bash", "javascript", "r", "latex", "rust", "julia", "java", "css", "sql", "haskell", "go"],
)
def test_any_text(name: str) -> None:
    lexer = quick(name)
    assert lexer.states is not None
    words = st.sampled_from(pieces(lexer))

    @settings(deadline=None, max_examples=40)
    @given(text=st.lists(st.one_of(words, CHARS), max_size=60).map("".join))
    def check(text: str) -> None:
        assert list(lexer.tokens(text)) == list(lexer.lexer.get_tokens(text))

    check()


def test_source_files() -> None:
    lexer = quick("python")
    for path in sorted(Path(__file__).parent.glob("*.py")):
        text = path.read_text(encoding="utf-8")
        assert list(lexer.tokens(text)) == list(lexer.lexer.get_tokens(text)), path.name


def test_a_lexer_with_ways_of_its_own_is_asked_itself() -> None:
    for name in ("yaml", "c++", "html+jinja", "json", "pycon"):
        assert quick(name).states is None, name
    assert next(iter(quick("json").tokens("{}")))[0] in Token.Punctuation


def test_line_ends_that_pygments_changes_are_left_to_it() -> None:
    lexer = quick("python")
    for text in ("a\r\nb\r", "\ufeffa", ""):
        assert list(lexer.tokens(text)) == list(lexer.lexer.get_tokens(text))
