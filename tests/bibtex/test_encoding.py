"""Bytes → text."""

from __future__ import annotations

from pathlib import Path

import pytest

from acadsite.bibtex import decode_bytes, latex, names, read

DATA = Path(__file__).parent / "data" / "encodings"


@pytest.mark.parametrize("name", sorted(path.name for path in DATA.iterdir()))
def test_all_encodings_give_the_same(name: str) -> None:
    text, problems = decode_bytes((DATA / name).read_bytes(), name)
    assert "\r" not in text
    assert not text.startswith("\ufeff")
    library = read([(name, text)])
    first, second = library.entries
    assert latex.text(first.fields["title"]) == "Über die Größe"
    assert [name.family for name in names.parse(first.fields["author"]).names] == ["Müller", "Peña"]
    assert second.key == "second"
    assert names.parse(second.fields["author"]).names[0].family == "Weiß"
    if name == "latin1.bib":
        assert [(p.code, p.level, p.where and p.where.line) for p in problems] == [
            ("bib-encoding", "warning", 1)
        ]
    else:
        assert not problems


def test_one_wrong_line_does_not_spoil_the_others() -> None:
    data = "Größe\n".encode() + b"Gr\xf6\xdfe \x93x\x94\n" + "Größe\n".encode()
    text, problems = decode_bytes(data, "a.bib")
    assert text == "Größe\nGröße “x”\nGröße\n"
    assert [(problem.where.line, problem.where.column) for problem in problems if problem.where] == [(2, 3)]


def test_line_ends_and_nul() -> None:
    assert decode_bytes(b"a\r\nb\rc\n", "a.bib") == ("a\nb\nc\n", ())
    text, problems = decode_bytes(b"a\nb\0c", "a.bib")
    assert (text, problems[0].where and problems[0].where.line) == ("a\nbc", 2)


def test_text_decoded_wrongly_before() -> None:
    text, problems = decode_bytes("x\ny {TÃ¼bingen} São ÃO “fine”\nitâ€™s".encode(), "a.bib")
    assert "TÃ¼bingen" in text
    assert [(str(problem.where), problem.hint) for problem in problems] == [
        ("a.bib:2:4", "Did you mean “Tübingen”?"),
        ("a.bib:3:1", "Did you mean “it’s”?"),
    ]


def test_every_byte() -> None:
    data = bytes(range(256))
    text, _ = decode_bytes(data, "a.bib")
    assert len(text) >= 250
