from pathlib import Path

import numpy as np
import yaml

from ausrec.lab.reports.page import yaml_text


def test_settings_are_plain_yaml_in_their_order() -> None:
    settings = {"tasks": ("b", "a"), "root": Path("data"), "dim": np.int64(8), "name": "Söhne"}
    text = yaml_text(settings)
    assert yaml.safe_load(text) == {
        "tasks": ["b", "a"],
        "root": "data",
        "dim": "8",
        "name": "Söhne",
    }
    assert [line.partition(":")[0] for line in text.splitlines() if line[0] != "-"] == [*settings]
    assert "Söhne" in text
    assert yaml_text({}) == ""
