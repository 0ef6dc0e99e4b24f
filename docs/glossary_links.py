"""The first use of each word of the glossary on a page is a link that shows what the word means."""

import re
from collections.abc import Iterator
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform

GLOSSARY = "docs/glossary"
# The reference and the changes name code, and cards of the gallery are links already.
ELSEWHERE = ("docs/index", "docs/api", "docs/references", "CHANGELOG", "CONTRIBUTING")


def read_glossary(page: nodes.document) -> dict[str, tuple[str, str]]:
    """Return the anchor and the meaning of each word, which is in small letters."""
    entries = dict[str, tuple[str, str]]()
    for item in page.findall(nodes.definition_list_item):
        meaning = " ".join(next(item.findall(nodes.paragraph)).astext().split())
        # The chapter's name at the end is for the page; here the link leads there.
        meaning = meaning.rpartition(". ")[0] + "."
        terms = list(item.findall(nodes.term))
        for term in terms:
            entries[term.astext().lower()] = (terms[0]["ids"][0], meaning)
    return entries


class Glossary:
    """The words with their anchors and meanings, and a pattern that finds them."""

    def __init__(self, entries: dict[str, tuple[str, str]]) -> None:
        self.entries = entries
        longest = sorted(map(re.escape, self.entries), key=len, reverse=True)
        self.pattern = re.compile(rf"(?<![\w-])({'|'.join(longest)})s?(?![\w-])", re.IGNORECASE)

    def split(self, text: str, seen: set[str]) -> Iterator[str | tuple[str, str, str]]:
        """Cut a text into what stays, and (word, anchor, meaning) of words not seen before."""
        start = 0
        for found in self.pattern.finditer(text):
            anchor, meaning = self.entries[found[1].lower()]
            if anchor not in seen:
                seen.add(anchor)
                yield text[start : found.start()]
                yield found[0], anchor, meaning
                start = found.end()
        yield text[start:]


class GlossaryLinks(SphinxPostTransform):
    """Link the first use of each word on a page, in paragraphs and outside of other links."""

    default_priority = 800
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        """Replace words of this page."""
        page = self.env.docname
        if page == GLOSSARY or page.startswith(ELSEWHERE):
            return
        if not hasattr(self.app, "ausrec_glossary"):
            entries = read_glossary(self.env.get_doctree(GLOSSARY))
            self.app.ausrec_glossary = Glossary(entries)
        glossary, seen = self.app.ausrec_glossary, set[str]()
        address = self.app.builder.get_relative_uri(page, GLOSSARY)
        for text in list(self.document.findall(nodes.Text)):
            if isinstance(text.parent, (nodes.paragraph, nodes.strong, nodes.emphasis)) and not _in(
                text, (nodes.reference, addnodes.desc, nodes.title, nodes.table)
            ):
                pieces = list(glossary.split(text.astext(), seen))
                if len(pieces) > 1:
                    parts = [_node(each, address) for each in pieces if each]
                    text.parent.replace(text, parts)


def _in(node: nodes.Node, kinds: tuple[type[nodes.Node], ...]) -> bool:
    while node.parent is not None:
        node = node.parent
        if isinstance(node, kinds):
            return True
    return False


def _node(piece: str | tuple[str, str, str], address: str) -> nodes.Node:
    if isinstance(piece, str):
        return nodes.Text(piece)
    word, anchor, meaning = piece
    link = nodes.reference(word, word, internal=True, refuri=f"{address}#{anchor}")
    link["classes"] = ["glossary-word"]
    link["reftitle"] = meaning
    return link


def setup(app: Sphinx) -> dict[str, Any]:
    """Link the words when pages are written."""
    app.add_post_transform(GlossaryLinks)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
