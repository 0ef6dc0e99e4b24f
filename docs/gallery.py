"""The gallery of the first page: a card for each chapter, with a picture out of it."""

import json
import re
from base64 import b64decode
from pathlib import Path
from typing import Any

CARD = """
:::{{grid-item-card}} {title}
:link: /notebooks/{name}
:link-type: doc
:img-top: /{picture}
:img-alt: {alt}

{about}
```{{card-footer}}
<a href="../slides/{name}.html" aria-label="Slides of {title}">Slides</a>
```
:::
"""


def write_gallery(checkout: Path, folder: Path) -> None:
    """Write `chapters.md` and the pictures that it shows."""
    folder.mkdir(parents=True, exist_ok=True)
    readme = (checkout / "README.md").read_text(encoding="utf-8")
    cards = []
    for path in sorted((checkout / "notebooks").glob("*.ipynb")):
        notebook = json.loads(path.read_text(encoding="utf-8"))
        image, alt = picture(notebook)
        (folder / f"{path.stem}.png").write_bytes(image)
        about = re.search(rf"notebooks/{path.stem}\.ipynb\) \| (.*) \|", readme)
        cards.append(
            CARD.format(
                title="".join(notebook["cells"][0]["source"]).splitlines()[0].lstrip("# "),
                name=path.stem,
                picture=(folder / f"{path.stem}.png").relative_to(checkout).as_posix(),
                alt=alt,
                about=f"{about[1][:1].upper()}{about[1][1:]}." if about else "",
            )
        )
    text = "::::{grid} 1 2 2 3\n:gutter: 3\n" + "".join(cards) + "::::\n"
    (folder / "chapters.md").write_text(text, encoding="utf-8")


def picture(notebook: dict[str, Any]) -> tuple[bytes, str]:
    """Return the figure of the cell tagged `gallery`, or else the first, and its words."""
    figures = [
        ("gallery" not in cell["metadata"].get("tags", []), place, output)
        for place, cell in enumerate(notebook["cells"])
        for output in cell.get("outputs", [])
        if "image/png" in output.get("data", {})
    ]
    output = min(figures, key=lambda figure: figure[:2])[2]
    alt = output["metadata"].get("image/png", {}).get("alt", "A figure of this chapter")
    return b64decode("".join(output["data"]["image/png"])), " ".join(alt.split())
