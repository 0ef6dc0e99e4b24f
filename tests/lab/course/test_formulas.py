import pytest

from ausrec.errors import AusrecError
from ausrec.lab.course.formulas import set_formulas, to_mathml


def test_inline_and_block() -> None:
    assert to_mathml("x_u") == (
        '<math xmlns="http://www.w3.org/1998/Math/MathML" display="inline">'
        "<mrow><msub><mi>x</mi><mi>u</mi></msub></mrow></math>"
    )
    assert 'display="block"' in to_mathml("x_u", block=True)


@pytest.mark.parametrize(
    "latex",
    [
        r"\hat{A} = D^{-1/2} A D^{-1/2}",
        r"\begin{aligned} a &= b \\ c &= d \end{aligned}",
        r"\begin{pmatrix} S & R \\ R^\top & 0 \end{pmatrix}",
        r"\frac{\partial L_{\text{meta}}}{\partial \lambda_i} = -\alpha \langle g_i, v \rangle",
        r"\mathrm{diag}(A \mathbf{1})",
        r"\arg\min_\phi \sum_{t=1}^{7} w_t(\phi)\, \mathcal{L}_t",
        r"S^2 \setminus S, \quad R R^\top \odot S_s",
    ],
)
def test_what_the_notebooks_write(latex: str) -> None:
    assert "\\" not in to_mathml(latex)


@pytest.mark.parametrize("latex", [r"\frac{1}{", r"\nonsense{x}", "a & b"])
def test_what_cannot_be_set_is_named(latex: str) -> None:
    with pytest.raises(AusrecError, match="cannot be converted") as error:
        to_mathml(latex)
    assert latex in str(error.value)


def test_texts_of_html_are_set_and_code_is_left() -> None:
    html = '<p title="$a$">Is $x < 2$ &amp; $y$? <code>$HOME or $PATH</code> 5 $</p>'
    made = set_formulas(html.replace("x < 2", "x &lt; 2"))
    assert made.count("<math") == 2
    assert '<p title="$a$">' in made
    assert "<code>$HOME or $PATH</code> 5 $" in made
    assert "&amp;" in made and "<mo>&lt;</mo>" in made
    assert set_formulas("<p>none</p>") == "<p>none</p>"
