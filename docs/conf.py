"""The site: chapters, solutions, teaching notes, documentation and API reference on one ground.

    make site

The source folder is the whole checkout, so that links between `docs/`, `notebooks/` and the pages
at the top lead to the same places here and in a checkout. Nothing is fetched, and notebooks are
shown as they are committed.
"""

import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

DOCS = Path(__file__).parent
ROOT = DOCS.parent
sys.path[:0] = [str(ROOT), str(DOCS)]

from gallery import write_gallery  # noqa: E402
from repository import public_address  # noqa: E402
from slides import write_slides  # noqa: E402

import ausrec  # noqa: E402
from ausrec.lab.panels.base.live_panel import enliven  # noqa: E402

project = "AusRec"
author = "The ausrec authors"
copyright = author
release = version = ausrec.__version__

extensions = [
    "docstrings",
    "glossary_links",
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.napoleon",
    "sphinx.ext.viewcode",
    "sphinx_copybutton",
    "sphinx_design",
    "sphinxcontrib.bibtex",
]
root_doc = "docs/index"
include_patterns = [
    "*.md",
    "benchmarks/README.md",
    "data/README.md",
    "docs/**.md",
    "notebooks/**.ipynb",
    "notebooks/**.md",
]
exclude_patterns = [".*", "**/.*", "build", "runs", "test-results"]

# Markdown and notebooks.
nb_execution_mode = "off"
nb_code_prompt_show = "Show the {type}"
nb_code_prompt_hide = "Hide the {type}"
myst_enable_extensions = ["attrs_inline", "colon_fence", "dollarmath"]
myst_heading_anchors = 4
bibtex_bibfiles = ["references.bib"]
copybutton_exclude = ".linenos, .gp, .go"

# Formulas: one file of MathJax, its fonts included. Panels hold formulas between dollars.
mathjax = Path(str(find_spec("sphinx-mathjax-offline").origin)).parent / "static" / "mathjax"
mathjax_path = "tex-svg-full.js"
myst_update_mathjax = False
mathjax3_config = {
    "tex": {"inlineMath": [["\\(", "\\)"], ["$", "$"]], "displayMath": [["\\[", "\\]"]]},
    "options": {
        "ignoreHtmlClass": "document",
        "processHtmlClass": "math|ausrec-panel",
    },
}

# Docstrings. What is between single backticks is code, and a link where there is a page for it.
default_role = "py:obj"
autodoc_typehints = "description"
autodoc_member_order = "bysource"
napoleon_use_ivar = True
maximum_signature_line_length = 60
toc_object_entries_show_parents = "hide"
python_use_unqualified_type_names = True

# The page.
html_theme = "sphinx_book_theme"
html_title = "AusRec: learning the weights of tasks"
reveal = Path(str(find_spec("sphinx_revealjs").origin)).parent / "_static" / "revealjs"
html_static_path = [
    "_static",
    str(mathjax / mathjax_path),
    *(
        str(reveal / name)
        for name in ("dist/reveal.css", "dist/reveal.js", "plugin/notes/notes.js")
    ),
]
html_css_files = ["site.css"]
html_js_files = ["glossary.js", "method.js", "print.js"]
html_extra_path = ["index.html"]
html_show_sourcelink = False
html_show_search_summary = False  # a page that lies on a disk may not fetch another
html_context = {"default_mode": "auto"}
html_theme_options = {
    "home_page_in_toc": True,
    "navbar_persistent": [],
    "show_navbar_depth": 1,
    "show_toc_level": 2,
    "use_download_button": True,
    "use_fullscreen_button": False,
}
if repository := public_address(ROOT):
    html_theme_options |= {
        "repository_url": repository,
        "repository_branch": "main",
        "use_repository_button": True,
        "launch_buttons": {
            "binderhub_url": "https://mybinder.org",
            "colab_url": "https://colab.research.google.com",
            "notebook_interface": "jupyterlab",
        },
    }

# Packages load what they export when it is first asked for; autodoc sees only what is there.
for floor in ausrec._FLOORS:
    module = import_module(f"ausrec.{floor}")
    vars(module).update({name: getattr(module, name) for name in module.__all__})

write_gallery(ROOT, ROOT / "build" / "gallery")


def name_repository(app, page, source) -> None:
    """Write the address of the repository where the text leaves it open."""
    if repository:
        source[0] = source[0].replace("https://github.com/OWNER/REPOSITORY", repository)


def bring_panels_to_life(app, page, template, context, doctree) -> None:
    """Add the script of a page's panels, which answer without a kernel."""
    context["body"] = enliven(context.get("body", ""))


def offer_slides(app, page, template, context, doctree) -> None:
    """Put a button above a chapter that opens its slides."""
    folder, _, chapter = page.rpartition("/")
    if folder == "notebooks":
        button = {"type": "link", "icon": "fas fa-person-chalkboard", "label": "slides-button"}
        button |= {"url": f"../slides/{chapter}.html", "tooltip": "Slides of this chapter"}
        context["header_buttons"].insert(0, button | {"text": "Slides"})


def write_all_slides(app, error) -> None:
    """Write the slides of the chapters."""
    if error is None:
        write_slides(ROOT / "notebooks", app.outdir / "slides", mathjax3_config)


def setup(app) -> None:
    """Have panels brought to life, and slides made."""
    app.connect("source-read", name_repository)
    app.connect("html-page-context", bring_panels_to_life)
    app.connect("html-page-context", offer_slides, priority=900)
    app.connect("build-finished", write_all_slides)
