"""Code blocks of Jekyll."""

import re

from acadsite.markup import read, render
from acadsite.markup.liquid import with_fences


def test_highlight_is_a_fenced_block():
    text = (
        "a\n\n{% highlight cpp linenos %}\n#include <iostream>\n\nt[[i]] `x` ```\n{% endhighlight %}\n\nb\n"
    )
    body = render(read(text, "a.md"))
    assert body.problems == ()
    assert "&lt;iostream&gt;" in body.html
    assert "t[[i]] `x` ```" in re.sub(r"<[^>]*>", "", body.html)
    assert "highlight cpp" not in body.html
    assert with_fences(text).count("\n") == text.count("\n")


def test_tags_in_code_and_tags_without_an_end_stay():
    for text in (
        "```\n{% highlight ruby %}\nx\n{% endhighlight %}\n```\n",
        "{% highlight ruby %}\nx\n",
        "x {% highlight ruby %} y {% endhighlight %}\n",
        "{% endhighlight %}\n",
    ):
        assert with_fences(text) == text
