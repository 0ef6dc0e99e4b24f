"""The report as a whole: marks, remedies, exit status."""

from pathlib import Path

import pytest

from ausrec.cli.doctor import Check, doctor, print_checks


def test_print_checks_marks_every_line_and_ends_with_zero_when_only_optional_ones_fail(
    capsys: pytest.CaptureFixture[str],
) -> None:
    status = print_checks(
        [
            Check("numpy", True, "2.4"),
            Check("browser", False, "no Chromium found", "install it", optional=True),
        ]
    )
    assert status == 0
    assert capsys.readouterr().out.splitlines() == [
        "ok    numpy    2.4",
        "--    browser  no Chromium found",
        "               -> install it",
        "Everything needed is in order.",
    ]


def test_print_checks_ends_with_two_and_names_what_is_to_be_mended(
    capsys: pytest.CaptureFixture[str],
) -> None:
    status = print_checks(
        [
            Check("numpy", False, "1.26, needs >=2.3", "pip install 'numpy>=2.3'"),
            Check("torch", True, "2.13.0"),
            Check("pandas", False, "not installed", "pip install pandas"),
        ]
    )
    assert status == 2
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "FAIL  numpy   1.26, needs >=2.3"
    assert lines[1].strip() == "-> pip install 'numpy>=2.3'"
    assert lines[-1] == "To be mended: numpy, pandas"


def test_doctor_finds_this_environment_in_order(tmp_path: Path) -> None:
    checks = doctor(tmp_path)
    assert [check for check in checks if not check.ok and not check.optional] == []
    names = [check.name for check in checks]
    assert len(names) == len(set(names))
    assert {"Python", "torch", "sparse product", "data folder", "JupyterLab widgets"} <= set(names)


def test_every_failing_check_says_how_to_mend_it_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.metadata.version", lambda name: "0.0.1")
    monkeypatch.setattr("shutil.which", lambda name: None)
    failing = [check for check in doctor(tmp_path / "none") if not check.ok]
    assert len(failing) > 20
    for check in failing:
        assert check.remedy and "\n" not in check.remedy + check.detail
