"""Small formulas in the words of a diagram, by letters that Unicode has: ``$\\theta_1$`` is θ₁. What has none
stays as it is written: a picture is no place for long formulas."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_FORMULA: Final = re.compile(r"\$\$([^$]+)\$\$|\$(?!\s)([^$]+)(?<!\s)\$")
_COMMAND: Final = re.compile(r"\\([A-Za-z]+)|\\([,;:! ])|\\([{}%&#_$])")
_SCRIPT: Final = re.compile(r"([\^_])(?:\{([^{}]*)\}|(\S))")
_FACE: Final = re.compile(
    r"\\(?:mathbf|mathrm|mathcal|mathbb|mathit|text|operatorname|boldsymbol)\s*\{([^{}]*)\}"
)
_ACCENT: Final = re.compile(r"\\(hat|bar|tilde|dot|vec|widehat|overline)\s*(?:\{([^{}])\}|([A-Za-z]))")
_ACCENTS: Final = {
    "hat": "\u0302", "widehat": "\u0302", "bar": "\u0304", "overline": "\u0304", "tilde": "\u0303", "dot": "\u0307",
    "vec": "\u20d7",
}  # fmt: skip
_SIGNS: Final = {
    "to": "→", "rightarrow": "→", "leftarrow": "←", "Rightarrow": "⇒", "mapsto": "↦", "times": "×", "cdot": "·",
    "le": "≤", "leq": "≤", "ge": "≥", "geq": "≥", "ne": "≠", "neq": "≠", "in": "∈", "subset": "⊂", "infty": "∞",
    "sum": "∑", "prod": "∏", "int": "∫", "partial": "∂", "nabla": "∇", "pm": "±", "sim": "∼", "approx": "≈",
    "mid": "|", "ldots": "…", "dots": "…", "cdots": "⋯", "forall": "∀", "exists": "∃", "cup": "∪", "cap": "∩",
    "emptyset": "∅", "perp": "⊥", "sqrt": "√", "log": "log ", "exp": "exp ", "min": "min ", "max": "max ",
    "circ": "∘", "ell": "ℓ", "prime": "′", "varepsilon": "ε", "varphi": "φ", "vartheta": "ϑ", "lambda": "λ",
    "Lambda": "Λ", "left": "", "right": "",
}  # fmt: skip
_RAISED: Final = dict(zip("0123456789+-=()nTi*'", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿᵀⁱ*′", strict=True))
_LOWERED: Final = dict(
    zip("0123456789+-=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", strict=True)
)


def with_formulas(text: str) -> str:
    """``text`` with its formulas as letters."""
    return _FORMULA.sub(lambda found: _letters(found[1] or found[2]), text) if "$" in text else text


def _letters(tex: str) -> str:
    tex = _FACE.sub(r"\1", tex)
    tex = _ACCENT.sub(lambda found: (found[2] or found[3]) + _ACCENTS[found[1]], tex)
    tex = _COMMAND.sub(_sign, tex)
    tex = _SCRIPT.sub(_script, tex).replace("{", "").replace("}", "")
    return unicodedata.normalize("NFC", " ".join(tex.split()))


def _sign(found: re.Match[str]) -> str:
    if found[3]:
        return found[3] if found[3] not in "{}" else ""
    if not found[1]:
        return " " if found[2] != "!" else ""
    if found[1] in _SIGNS:
        return _SIGNS[found[1]]
    case = "CAPITAL" if found[1][0].isupper() else "SMALL"
    try:
        return unicodedata.lookup(f"GREEK {case} LETTER {found[1].upper()}")
    except KeyError:
        return found[1]


def _script(found: re.Match[str]) -> str:
    inner = (found[2] if found[2] is not None else found[3]).strip()
    letters = _RAISED if found[1] == "^" else _LOWERED
    if inner and all(letter in letters for letter in inner):
        return "".join(letters[letter] for letter in inner)
    return f"{found[1]}{inner}"
