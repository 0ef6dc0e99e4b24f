import json
from base64 import b64encode
from pathlib import Path
from typing import Any

from docs.gallery import write_gallery


def figure(content: bytes, alt: str, *tags: str) -> dict[str, Any]:
    data = {"image/png": b64encode(content).decode()}
    output = {"data": data, "metadata": {"image/png": {"alt": alt}}}
    return {"metadata": {"tags": list(tags)}, "outputs": [output], "source": ["plot()"]}


def test_a_card_has_the_chosen_picture_and_the_words_of_the_readme(tmp_path: Path) -> None:
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "README.md").write_text("| [`00_a`](notebooks/00_a.ipynb) | how it begins |\n")
    title = {"metadata": {}, "source": ["# 00 · A\n", "more"]}
    cells = [title, figure(b"first", "one"), figure(b"chosen", "two\nlines", "gallery")]
    (tmp_path / "notebooks" / "00_a.ipynb").write_text(json.dumps({"cells": cells}))
    write_gallery(tmp_path, tmp_path / "build" / "gallery")
    assert (tmp_path / "build" / "gallery" / "00_a.png").read_bytes() == b"chosen"
    text = (tmp_path / "build" / "gallery" / "chapters.md").read_text()
    for line in ("00 · A", ":link: /notebooks/00_a", ":img-alt: two lines", "How it begins."):
        assert line in text
