"""What every engine is, and what it says of a job that failed."""

from ausrec.experiments import Engine, Failure, LocalEngine, SerialEngine
from ausrec.experiments.ray_engine import RayEngine


def test_a_failure_is_one_line_and_where_it_happened() -> None:
    try:
        raise ValueError("two\nlines   of bad luck")
    except ValueError as error:
        failure = Failure.of(error)
    assert failure.error == "ValueError: two lines of bad luck"
    assert "test_engine.py" in failure.traceback and failure.traceback.count("\n") > 2


def test_all_engines_are_of_one_kind() -> None:
    assert isinstance(SerialEngine(), Engine) and isinstance(LocalEngine(1), Engine)
    assert callable(RayEngine.map)
    assert not isinstance(object(), Engine)
