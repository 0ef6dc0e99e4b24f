"""A folder, a button that writes files into it, and where they went."""

from collections.abc import Callable
from pathlib import Path

import ipywidgets as widgets

from ausrec.errors import AusrecError
from ausrec.lab.panels.frame import note


class ExportBox:
    """Asks for a folder and writes files into it.

    Attributes:
        folder: the field for the folder.
        button: writes.
        message: says where the files are, or why not.
        box: all of it.
    """

    def __init__(self, save: Callable[[str], list[Path]], folder: str = "runs/lab") -> None:
        """Make the widgets; `save` writes the files and returns their paths."""
        self.save = save
        self.folder = widgets.Text(
            folder, description="Folder", continuous_update=False, layout={"width": "210px"}
        )
        self.folder.style.description_width = "50px"
        self.button = widgets.Button(
            description="Export runs", icon="download", layout={"width": "125px"}
        )
        self.button.on_click(lambda _: self.export())
        self.message = widgets.HTML()
        self.box = widgets.VBox([widgets.HBox([self.folder, self.button]), self.message])

    def export(self) -> None:
        """Write the files; say where they went, or why there are none."""
        try:
            files = self.save(self.folder.value)
        except AusrecError as error:
            self.message.value = note(f"Not exported: {error}.", "bad")
            return
        names = ", ".join(file.name for file in files)
        self.message.value = note(f"Written to {files[0].parent.resolve()}: {names}.", "good")
