import inspect
import subprocess
import sys

import pytest

import ausrec.lab
from ausrec.lab.panels.base.live_panel import LivePanel


def test_every_panel_can_be_had_from_the_package() -> None:
    found = {name: getattr(ausrec.lab, name) for name in ausrec.lab.__all__}
    panels = [name for name, each in found.items() if inspect.isclass(each)]
    assert all(issubclass(found[name], LivePanel) for name in {*panels} - {"GridAnalysis"})
    assert len(panels) > 8


def test_other_names_are_missed_as_usual() -> None:
    with pytest.raises(AttributeError, match="no attribute 'TaskLob'"):
        _ = ausrec.lab.TaskLob


def test_reports_do_not_wait_for_widgets() -> None:
    code = "import sys, ausrec.lab.reports.run_report; print('ipywidgets' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
