"""What is published of style sheets and scripts: shorter, and to a browser the same."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from acadsite.kinds.sheets import terse, terse_script
from browsing import browser, context  # noqa: F401 - a fixture

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ASSETS = Path(__file__).resolve().parents[1] / "themes"
SHEETS = sorted(ASSETS.glob("**/*.css"))
SCRIPTS = sorted(ASSETS.glob("**/*.js"))
#: What is easily lost.
HARD = """
@import url( x.css ) screen; @charset "a  b";
.a > .b , .c ~ .d + .e .f /* x */ .g:not( :hover ) {
	color : red ; margin : -0.5em 0.25em calc( 1px + 0.5 * ( 2px - 1px ) )
}
.h::after { content : "a ; b } /* c */ 0.5" ; }
.i::after { content: 'it\\'s' / "" ; background: url(data:image/png;base64,AA==) , url( "b c.png" ) }
@media screen and ( width >= 30rem ) and (height<40rem) { .j { --y: 0.50 ; font: 0.5em / 1.5 a , b } }
.k { & > .l { a : b } &:hover { color: rgb( 0 0 0 / 20% ) } }
[data-a="b  c"] .m{grid-area:1 / 2 / span 3}
"""
RULES = """sheet => {
    const made = new CSSStyleSheet();
    made.replaceSync(sheet);
    const said = [...made.cssRules].map(rule => rule.cssText).join("\\n");
    // Values of custom properties come back as they were written.
    return said.replace(/\\s+/g, " ").replace(/ ?([,/]) ?/g, "$1").replace(/(?<![\\w.])0(?=\\.\\d)/g, "");
}"""


@pytest.mark.browser
def test_a_browser_reads_the_same_rules(browser: Browser) -> None:  # noqa: F811
    window = context(browser)
    page = window.new_page()
    for text in (*(path.read_text(encoding="utf-8") for path in SHEETS), HARD):
        before, after = (page.evaluate(RULES, sheet) for sheet in (text, terse(text)))
        assert len(before) > 200
        assert after == before
    window.close()


def test_sheets_are_shorter_and_short_ones_stay() -> None:
    for path in SHEETS:
        text = path.read_text(encoding="utf-8")
        short = terse(text)
        assert len(short) < 0.9 * len(text), path.name
        assert "/*" not in short
        assert terse(short) == short, path.name


@pytest.mark.parametrize(
    "sheet",
    [
        "a { b: 'c }",
        "a { b: c /* d }",
        "a { b: (c }",
        "a } b",
        "a { b: c\\9 }",
        "a { b: \x00 }",
        'a { b: "c\nd" }',
    ],
)
def test_what_does_not_end_stays_as_it_is(sheet: str) -> None:
    assert terse(sheet) == sheet


@pytest.mark.parametrize(
    ("sheet", "short"),
    [
        ("", "\n"),
        ("a/**/b { c : d ; }", "a/**/b{c : d}\n"),
        ("a /* x */ b{}", "a b{}\n"),
        (".a0.5 { x: 10.5 00.5 a0 }", ".a0.5{x:10.5 00.5 a0}\n"),
    ],
)
def test_signs_and_words(sheet: str, short: str) -> None:
    assert terse(sheet) == short


def test_scripts_keep_their_lines_of_code() -> None:
    assert terse_script('/* Head.\n Two. */\n\tlet a = 1; // b\n\n\t\t// c\n\tlet d = "// e";\n') == (
        'let a = 1; // b\nlet d = "// e";\n'
    )
    for kept in ("let a = `b\n  // c`;\n", "let a = 'b\\\n  c';\n"):
        assert terse_script(kept) == kept
    assert len(SCRIPTS) > 3
    for path in SCRIPTS:
        assert len(terse_script(path.read_text(encoding="utf-8"))) > 300, path.name
