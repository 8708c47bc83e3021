from __future__ import annotations

from grader.notebook.card import Card

HOSTILE = "<script>alert('1')</script>\x1b[31m & $x$"


def test_a_card_is_text_and_html() -> None:
    """The same words in both; without rows or footer there is nothing of them."""
    card = Card("2 points", [("✓", "Done", ""), ("", "select *\nfrom x")], "More.")
    assert repr(card) == "2 points\n✓  Done\nselect *\nfrom x\nMore."
    assert repr(Card("2 points")) == "2 points"
    assert card._repr_html_().count("<td") == 5
    assert "<p>More.</p>" in card._repr_html_()


def test_code_looks_like_code() -> None:
    """What stands between backticks, as the lab's sentences write it."""
    assert "<p>Run <code>f(&quot;&lt;b&gt;&quot;)</code>.</p>" in Card("x", footer='Run `f("<b>")`.')._repr_html_()


def test_nothing_in_a_card_is_markup() -> None:
    """What somebody called or answered is shown as it is, and is no formula to Jupyter."""
    html = Card(HOSTILE, [(HOSTILE,)], HOSTILE)._repr_html_()
    assert "<script" not in html
    assert html.count("&lt;script&gt;alert(&#x27;1&#x27;)&lt;/script&gt;\ufffd[31m &amp; $x$") == 3
    assert html.startswith('<div class="tex2jax_ignore mathjax_ignore">')
    assert "\x1b" not in repr(Card(HOSTILE))
