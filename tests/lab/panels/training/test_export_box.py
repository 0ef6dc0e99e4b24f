from pathlib import Path

from ausrec.errors import AusrecError
from ausrec.lab.panels.training.export_box import ExportBox


def test_the_button_says_where_the_files_went(tmp_path: Path) -> None:
    asked: list[str] = []

    def save(folder: str) -> list[Path]:
        asked.append(folder)
        return [Path(folder) / "a.csv", Path(folder) / "b.tex"]

    box = ExportBox(save)
    assert box.folder.value == "runs/lab"
    box.folder.value = str(tmp_path)
    box.button.click()
    assert asked == [str(tmp_path)]
    assert f"Written to {tmp_path}: a.csv, b.tex." in box.message.value


def test_the_button_says_why_there_are_none() -> None:
    def save(folder: str) -> list[Path]:
        raise AusrecError("there is no run yet: train first")

    box = ExportBox(save)
    box.button.click()
    assert "Not exported: there is no run yet: train first." in box.message.value
    assert "ausrec-bad" in box.message.value
