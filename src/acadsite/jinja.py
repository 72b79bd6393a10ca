"""Jinja as acadsite uses it: one environment a build, with code that is kept from build to build.

What a template can reach is read from its syntax tree, before anything runs (``Outline``): the names it may ask for,
and whether it is nothing but macros. Files come in through one function; names are as templates write them, with a
“!” in front for each file of that name that is passed over. No theme and no view in here.
"""

from __future__ import annotations

import marshal
from dataclasses import dataclass, field
from functools import partial
from keyword import iskeyword
from typing import TYPE_CHECKING, Any

import jinja2
from jinja2 import nodes
from jinja2.compiler import CodeGenerator
from jinja2.runtime import Macro
from jinja2.utils import missing
from markupsafe import Markup, escape

from acadsite.memo import key_of

try:  # the part of ``escape`` that works on text, in C
    from markupsafe._speedups import _escape_inner as _escape_text
except ImportError:
    _escape_text = escape

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import CodeType

    from acadsite.memo import Memo

#: HTML as ``Markup``, without what its constructor does for other values.
markup: Callable[[str], Markup] = partial(str.__new__, Markup)


@dataclass(frozen=True, slots=True)
class File:
    """A template's file: ``label`` is its path in problems, ``file`` the one on disk, ``digest`` is of its bytes;
    ``fault`` says why it cannot be used."""

    label: str
    file: str
    digest: str
    text: str
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Outline:
    """What a template's syntax tree says. ``names``: every template it names, as it writes them. ``is_open``: it
    makes names up while it runs, so that it may reach any. ``refused``: the lines of imports that do.
    ``is_still``: it is nothing but macros and imports, the same for every page, if what it names is."""

    names: tuple[str, ...] = ()
    is_open: bool = False
    refused: tuple[int, ...] = ()
    is_still: bool = False


@dataclass(slots=True)
class Compiled:
    """Code and outlines of templates by what they were made of, kept from build to build: one for each template,
    so that it cannot grow. Code that nothing asked for yet is as ``marshal`` writes it; ``stored`` are those that
    another process finds as well (``bytecode``)."""

    codes: dict[tuple[str, str], tuple[str, CodeType | bytes]] = field(default_factory=dict)
    outlines: dict[str, tuple[str, Outline]] = field(default_factory=dict)
    stored: frozenset[tuple[tuple[str, str], str]] = frozenset()


# --- outlines ---


def outline_of(tree: nodes.Template) -> Outline:
    """The outline of a template."""
    names: dict[str, None] = {}
    is_open = False
    refused = []
    is_still = all(_is_still(node) for node in tree.body)
    kinds = (nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport, nodes.EvalContextModifier)
    for node in tree.find_all(kinds):
        if isinstance(node, nodes.EvalContextModifier):  # what it switches off, an error may leave so
            is_still = False
            continue
        found = _names(node.template)  # type: ignore[attr-defined]
        if found is not None:
            names.update(dict.fromkeys(found))
            continue
        is_open = True
        if isinstance(node, (nodes.Import, nodes.FromImport)):
            refused.append(node.lineno)
    return Outline(tuple(names), is_open, tuple(refused), is_still)


def _names(node: nodes.Expr) -> list[str] | None:
    """The names that an expression may stand for, or None where only running it tells."""
    if isinstance(node, nodes.Const):
        return [node.value] if isinstance(node.value, str) else None
    if isinstance(node, nodes.CondExpr):
        parts = [node.expr1] + ([node.expr2] if node.expr2 is not None else [])
    elif isinstance(node, (nodes.Tuple, nodes.List)):
        parts = node.items
    else:
        return None
    found: list[str] = []
    for part in parts:
        names = _names(part)
        if names is None:
            return None
        found += names
    return found


def _is_still(node: nodes.Node) -> bool:
    """Whether a node at the top of a template makes the same of it on every page, and reads nothing."""
    if isinstance(node, nodes.Output):
        return all(isinstance(part, nodes.TemplateData) for part in node.nodes)
    if isinstance(node, (nodes.Import, nodes.FromImport, nodes.Extends)):
        return isinstance(node.template, nodes.Const) and not getattr(node, "with_context", False)
    if isinstance(node, nodes.Assign):
        return isinstance(node.target, nodes.Name) and _is_constant(node.node)
    return isinstance(node, nodes.Macro)


def _is_constant(node: nodes.Node) -> bool:
    """Whether an expression is written out, such as a mapping of texts."""
    if isinstance(node, nodes.Dict):
        return all(_is_constant(pair.key) and _is_constant(pair.value) for pair in node.items)
    if isinstance(node, (nodes.List, nodes.Tuple)):
        return all(map(_is_constant, node.items))
    return isinstance(node, nodes.Const)


# --- code ---


def _shown(value: Any) -> str:
    """A value as HTML shows it: ``escape`` without a new ``Markup``, which costs more than escaping. What comes out
    is joined at once."""
    kind = type(value)
    if kind is Markup:
        return value  # type: ignore[no-any-return]
    if kind is str:
        return _escape_text(value)
    if callable(value) and not isinstance(value, jinja2.Undefined):
        raise TypeError("A function cannot be shown. Write brackets after its name to call it.")
    return escape(value)


class _Macro(Macro):
    """A macro without Jinja's detours for calls that ours are: escaping on, arguments by place or by name."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._is_plain = not (self.catch_kwargs or self.catch_varargs or self.explicit_caller)
        self._is_plain &= bool(self._default_autoescape)

    def __call__(self, *args: Any, **kwargs: Any) -> str:
        left = self._argument_count - len(args)
        if left < 0 or not self._is_plain:
            return super().__call__(*args, **kwargs)
        if left:
            names = self.arguments[-left:]
            args += tuple([kwargs.pop(name, missing) for name in names]) if kwargs else (missing,) * left
        if self.caller:
            args += (
                kwargs.pop("caller", None) or self._environment.undefined("No caller defined", name="caller"),
            )
        if kwargs:
            raise TypeError(f"macro {self.name!r} takes no keyword argument {next(iter(kwargs))!r}")
        return markup(self._func(*args))


class _Code(CodeGenerator):
    """Cheaper code than Jinja's own. Nothing is applied while compiling, since filters depend on the page; and what
    is called is called, as none of our functions wants Jinja's context. A block, or what stands outside of blocks,
    gives one text: each of its pieces would pass through all generators around it."""

    _gathers = True
    _includes = "template.new_context(context.get_all(), True,"

    def writeline(self, x: str, node: nodes.Node | None = None, extra: int = 0) -> None:
        super().writeline(x.replace(self._includes, "template.beside(context,"), node, extra)

    def visit_Template(self, node: nodes.Template, frame: Any = None) -> None:  # noqa: N802
        # Jinja hands on what such an include gives, before what was gathered until then.
        self._gathers = all(include.with_context for include in node.find_all(nodes.Include))
        super().visit_Template(node, frame)

    def blockvisit(self, nodes: Iterable[nodes.Node], frame: Any) -> None:
        gathers = self._gathers and frame.buffer is None
        if gathers:
            self.buffer(frame)
        super().blockvisit(nodes, frame)
        if gathers:
            self.writeline(f"yield concat({frame.buffer})")
            frame.buffer = None

    def _output_child_to_const(self, node: nodes.Expr, frame: Any, finalize: Any) -> str:
        if not isinstance(node, (nodes.TemplateData, nodes.Const)):
            raise nodes.Impossible
        return super()._output_child_to_const(node, frame, finalize)

    def _output_child_pre(self, node: nodes.Expr, frame: Any, finalize: Any) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("_shown(")

    def macro_def(self, macro_ref: Any, frame: Any) -> None:
        self.write("_")
        super().macro_def(macro_ref, frame)

    def visit_Getattr(self, node: nodes.Getattr, frame: Any) -> None:  # noqa: N802
        # Jinja's way to an attribute is taken where there is none of that name: a page asks for a hundred that are.
        self.write("(_got if (_got := getattr((_of := ")
        self.visit(node.node, frame)
        self.write(
            f"), {node.attr!r}, missing)) is not missing else environment.getattr(_of, {node.attr!r}))"
        )

    def visit_Call(self, node: nodes.Call, frame: Any, forward_caller: bool = False) -> None:  # noqa: N802
        is_odd = node.dyn_args or node.dyn_kwargs or any(iskeyword(pair.key) for pair in node.kwargs)
        if is_odd or isinstance(node.node, nodes.Literal):
            super().visit_Call(node, frame, forward_caller=forward_caller)
            return
        self.visit(node.node, frame)
        self.write("(")
        for argument in (*node.args, *node.kwargs):
            self.visit(argument, frame)
            self.write(", ")
        self.write("caller=caller)" if forward_caller else ")")


# --- the environment ---


class _Loader(jinja2.BaseLoader):
    """Gives Jinja what ``read`` finds; code comes from the environment's store."""

    def __init__(self, read: Callable[[str], File | None], names: Callable[[], list[str]]) -> None:
        self.read, self.names = read, names

    def list_templates(self) -> list[str]:
        return self.names()

    def find(self, name: str) -> File:
        """The file of a template that must be there and fit for use."""
        text = self.read(name)
        if text is None:
            raise jinja2.TemplateNotFound(name)
        if text.fault:
            raise jinja2.TemplateRuntimeError(text.fault)
        return text

    def get_source(  # the signature is Jinja's
        self,
        environment: jinja2.Environment,  # noqa: ARG002
        template: str,
    ) -> tuple[str, str, Callable[[], bool]]:
        text = self.find(template)
        return text.text, text.file, lambda: True

    def load(self, environment: Any, name: str, globals: Any = None) -> jinja2.Template:  # noqa: A002
        code = environment.code(name, self.find(name))
        template: jinja2.Template = environment.template_class.from_code(environment, code, globals or {})
        return template


class _Template(jinja2.Template):
    """A file of macros alone is run once for all pages. Any other that is imported is run anew for each: what
    stands outside its macros may read addresses, which are relative to the page, and is read by that page too."""

    @classmethod
    def from_code(cls, environment: Any, code: CodeType, globals: Any, uptodate: Any = None) -> Any:  # noqa: A002
        space = {"environment": environment, "__file__": code.co_filename, "_shown": _shown, "_Macro": _Macro}
        exec(code, space)  # noqa: S102
        template = cls._from_namespace(environment, space, globals)
        template._uptodate = uptodate
        return template

    def _get_default_module(self, ctx: Any = None) -> Any:  # noqa: ARG002 - as Jinja calls it
        assert isinstance(self.environment, Environment)  # noqa: S101
        if self.name is None or not self.environment.is_still(self.name):
            self._module = None
        return super()._get_default_module(None)  # all templates see the same globals

    def new_context(self, vars: Any = None, shared: bool = False, locals: Any = None) -> Any:  # noqa: A002
        # All templates see the same globals, which ``vars`` has where it is ``shared``.
        if shared:
            return self._context(vars or {}, {}, locals)
        return self._context(self.environment.globals, vars or {}, locals)

    def beside(self, context: Any, locals: Any) -> Any:  # noqa: A002
        """The context of this template where another one includes it, without a copy of all that is in its context."""
        return self._context(context.parent, context.vars, locals)

    def _context(self, parent: Any, names: Any, more: Any) -> Any:
        context = self.environment.context_class(self.environment, parent, self.name, self.blocks)
        context.vars.update(names)
        if more:
            context.vars.update((name, value) for name, value in more.items() if value is not missing)
        return context


class Environment(jinja2.Environment):
    """``read`` gives the file for a name, ``names`` all names. Code and outlines are looked up in ``compiled``, and
    outlines in ``memo`` as well.

    “!” is read from where it stands: in a file that hid another, “!home.html” means the one below that.
    """

    template_class = _Template
    code_generator_class = _Code

    def __init__(
        self,
        read: Callable[[str], File | None],
        names: Callable[[], list[str]],
        undefined: type[jinja2.Undefined],
        compiled: Compiled | None = None,
        memo: Memo | None = None,
    ) -> None:
        super().__init__(
            loader=_Loader(read, names),
            autoescape=True,
            undefined=undefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            optimized=False,
            auto_reload=False,
            cache_size=-1,
        )
        # The same input gives the same bytes.
        self.filters.pop("random")
        self.globals.pop("lipsum")
        self.read = read
        self.compiled = compiled or Compiled()
        self.memo = memo
        self._trees: dict[str, nodes.Template] = {}
        self._still: dict[str, bool] = {}
        self._kinds = ""
        self._made: dict[tuple[Any, str | None], jinja2.Template] = {}

    def make_globals(self, d: Any) -> Any:
        return {**self.globals, **d} if d else self.globals

    def get_template(self, name: Any, parent: str | None = None, globals: Any = None) -> jinja2.Template:  # noqa: A002
        template = self._made.get((name, parent))
        if template is None:
            template = self._made[name, parent] = super().get_template(name, parent, globals)
        return template

    def join_path(self, template: str, parent: str) -> str:
        name = parent.lstrip("!")
        is_own = template.startswith("!") and template.lstrip("!") == name
        return "!" * (len(parent) - len(name)) + template if is_own else template

    # --- what is kept ---

    def code(self, name: str, text: File) -> CodeType:
        """The code of a template, compiled where it is not known. Raises TemplateSyntaxError."""
        if not self._kinds:
            # The code differs with the filters there are, and with what they want to be given.
            given = (*self.filters.items(), *self.tests.items())
            kinds = (f"{key}:{getattr(function, 'jinja_pass_arg', '')}" for key, function in given)
            self._kinds = key_of(*sorted(kinds))
        made_of = f"{text.digest} {self._kinds}"
        known = self.compiled.codes.get((name, text.file))
        if known is not None and known[0] == made_of:
            code = known[1]
            if isinstance(code, bytes):
                code = marshal.loads(code)  # noqa: S302 - the package's own
                self.compiled.codes[name, text.file] = (made_of, code)
            return code
        for line in self.outline(text).refused:
            message = "The name of a template to import stands in quotes, so that it is known before it runs."
            raise jinja2.TemplateAssertionError(message, line, name, text.file)
        code = self.compile(self._tree(text), name, text.file)
        self.compiled.codes[name, text.file] = (made_of, code)
        return code

    def _tree(self, text: File) -> nodes.Template:
        tree = self._trees.get(text.digest)
        if tree is None:
            tree = self._trees[text.digest] = self.parse(text.text, text.label, text.file)
        return tree

    def outline(self, text: File) -> Outline:
        """The outline of a template; an empty one where it is broken."""
        known = self.compiled.outlines.get(text.file)
        found = known[1] if known is not None and known[0] == text.digest else None
        kept = self.memo.get("template", text.digest, revive) if self.memo is not None else None
        found = found or kept
        if found is None:
            try:
                found = Outline() if text.fault else outline_of(self._tree(text))
            except jinja2.TemplateSyntaxError:
                found = Outline()
        if self.memo is not None and kept is None:
            self.memo.put("template", text.digest, found, plain)
        self.compiled.outlines[text.file] = (text.digest, found)
        return found

    # --- what a template can reach ---

    def reach(self, name: str) -> tuple[dict[str, File | None], bool]:
        """Every template that one can reach by the names it and they write, itself included; None for those that
        are not there. True where names are made up as well."""
        found: dict[str, File | None] = {}
        is_open = False
        waiting = [name]
        while waiting:
            here = waiting.pop()
            if here in found:
                continue
            text = found[here] = self.read(here)
            if text is not None:
                outline = self.outline(text)
                is_open |= outline.is_open
                waiting += [self.join_path(other, here) for other in outline.names]
        return found, is_open

    def is_still(self, name: str) -> bool:
        """Whether a template is the same for every page when it is imported, as all are that it imports."""
        known = self._still.get(name)
        if known is None:
            texts, is_open = self.reach(name)
            known = not is_open and all(
                text is not None and self.outline(text).is_still for text in texts.values()
            )
            self._still[name] = known
        return known

    def warm(self, names: Iterable[str]) -> None:
        """Compile templates and all they can reach, and run those of macros alone. What is wrong with one is said
        when a page asks for it."""
        for name in dict.fromkeys(names):
            for other in self.reach(name)[0]:
                try:
                    template = self.get_template(other)
                    if self.is_still(other):
                        template._get_default_module()
                except (jinja2.TemplateError, RecursionError):
                    continue


def plain(outline: Outline) -> list[Any]:
    """An outline as JSON can hold it."""
    return [outline.names, outline.is_open, outline.refused, outline.is_still]


def revive(value: list[Any]) -> Outline:
    """The inverse of ``plain``."""
    names, is_open, refused, is_still = value
    return Outline(tuple(names), is_open, tuple(refused), is_still)
