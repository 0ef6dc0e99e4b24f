"""Formulas of panels."""

from ausrec.lab.panels.base.formulas import set_formulas


def test_formulas_become_mathml_and_code_stays() -> None:
    html = set_formulas(r"a <code>$5</code> and <code>x$</code>, $\lambda_t &lt; \mathrm{max}$ $")
    assert html.startswith("a <code>$5</code> and <code>x$</code>, <math")
    assert "<mi>&#x003BB;</mi>" in html and "<mtext>max</mtext>" in html
    assert html.endswith("</math> $")
    assert set_formulas("no formula") == "no formula"
