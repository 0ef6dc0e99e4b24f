import re
from pathlib import Path

from docs.glossary_links import Glossary

WORDS = Glossary({"bpr": ("b", "A loss."), "loss": ("l", "A number."), "bpr loss": ("bl", "Both.")})


def test_the_first_use_of_a_word_is_cut_out_and_later_ones_stay() -> None:
    seen = {"l"}
    pieces = list(WORDS.split("By BPRs, the bpr and a loss.", seen))
    assert pieces == ["By ", ("BPRs", "b", "A loss."), ", the bpr and a loss."]
    assert list(WORDS.split("BPR again", seen)) == ["BPR again"]


def test_the_longest_word_counts_and_parts_of_words_do_not() -> None:
    assert list(WORDS.split("BPR loss", set())) == ["", ("BPR loss", "bl", "Both."), ""]
    assert list(WORDS.split("glossy lossless bpr-like", set())) == ["glossy lossless bpr-like"]


def test_the_glossary_is_in_order_and_every_word_names_its_chapter(repository: Path) -> None:
    text = (repository / "docs" / "glossary.md").read_text(encoding="utf-8")
    entries = text.partition("```{glossary}\n")[2].partition("```")[0].strip().split("\n\n")
    firsts = [entry.splitlines()[0].lower() for entry in entries]
    assert len(entries) >= 40 and firsts == sorted(firsts, key=lambda word: word.replace("-", " "))
    for entry in entries:
        assert re.search(r"\. +\[(Chapter \d\d|Sequences)\]\([\w./]+\)$", " ".join(entry.split()))
