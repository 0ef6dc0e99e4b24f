"""`ausrec train` as a user meets it."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from ausrec.cli import main
from ausrec.cli.train_command import train
from ausrec.files import OURS
from ausrec.folder import MANIFEST
from ausrec.runs import load_run, plugin, recipe
from ausrec.runs.run_folder import RUN_FILES
from ausrec.training import TrainConfig
from tests.words import instead

Complaint = Callable[[list[str]], str]


def metrics(run: str) -> Any:
    found = json.loads(Path(run, "metrics.json").read_text())
    for name in ("seconds_per_epoch", "seconds", "cpu_seconds", "peak_mib"):
        found.pop(name)
    return found


def contents() -> dict[str, bytes]:
    return {str(file): file.read_bytes() for file in Path().rglob("*") if file.is_file()}


def test_it_leaves_exactly_the_promised_files(with_run: Path) -> None:
    assert {file.name for file in Path("run").iterdir()} == {*RUN_FILES, MANIFEST}


@pytest.mark.usefixtures("no_report")
def test_its_configuration_repeats_the_run(with_run: Path) -> None:
    assert main(["train", "--config", "run/config.yaml", "--out", "again"]) == 0
    assert metrics("again") == metrics("run")
    for name in ("config.yaml", "model.safetensors"):
        assert Path("again", name).read_bytes() == Path("run", name).read_bytes()
    # A flag wins over the file.
    assert main(["train", "--config", "run/config.yaml", "--epochs", "1", "--out", "short"]) == 0
    assert metrics("short")["epochs"] == 1


@pytest.mark.usefixtures("no_report")
def test_a_killed_run_is_resumed_to_the_same_result(
    with_run: Path, train_words: list[str], monkeypatch: pytest.MonkeyPatch, complaint: Complaint
) -> None:
    words = [*train_words, "--out", "killed"]
    # Ends itself as SIGKILL would: no clean-up runs.
    code = (
        "import os, sys, torch; from ausrec.cli import main; import ausrec.training.fit\n"
        "loop = sys.modules['ausrec.training.fit']\n"
        "save = loop.write_whole\n"
        "def kill(path, write):\n"
        "    save(path, write)\n"
        "    if torch.load(path, weights_only=True)['epoch'] == 2: os._exit(9)\n"
        "loop.write_whole = kill\n"
        "sys.exit(main(sys.argv[1:]))"
    )
    done = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True)
    assert done.returncode == 9, done.stderr
    assert "not finished; add --resume" in complaint(words)
    assert "repeat its command" in complaint(["recommend", "--run", "killed", "--user", "ann-1"])
    assert "other settings" in complaint([*words, "--seed", "1", "--resume"])
    assert main([*words, "--resume"]) == 0
    assert metrics("killed") == metrics("run")
    left = {file.name for file in Path("killed").iterdir()}
    assert left - {f"{OURS}lock"} == {*RUN_FILES, MANIFEST}


@pytest.mark.usefixtures("no_report")
def test_trackers_hold_the_run_and_a_resumed_one_goes_on_in_them(
    here: Path, train_words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    event_accumulator = pytest.importorskip(
        "tensorboard.backend.event_processing.event_accumulator",
        reason="the extra 'tracking' is not installed",
    )
    tracking = pytest.importorskip(
        "mlflow.tracking", reason="the extra 'tracking' is not installed"
    )
    words = [*train_words, "--out", "runs/r", "--tensorboard", "tb", "--mlflow", "ml"]

    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("ausrec.cli.train_command.run_files", interrupt)
        assert main(instead(words, "--epochs", "2")) == 130
    assert main([*words, "--resume"]) == 0
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    client = tracking.MlflowClient(tracking_uri=Path("ml").absolute().as_uri())
    experiment = client.get_experiment_by_name("ausrec")
    (run,) = client.search_runs([experiment.experiment_id])
    assert (run.info.run_name, run.info.status) == ("r", "FINISHED")
    assert (run.data.params["train.epochs"], run.data.tags["train.epochs"]) == ("2", "4")
    history = pd.read_parquet("runs/r/history.parquet")
    ndcg = history[history["quantity"] == "val/ndcg@10"]["value"].tolist()
    logged = client.get_metric_history(run.info.run_id, "val/ndcg_at_10")
    assert [metric.value for metric in logged] == ndcg and len(ndcg) == 4
    board = event_accumulator.EventAccumulator("tb")
    board.Reload()
    shown = [event.value for event in board.Scalars("val/ndcg@10")]
    assert shown == pytest.approx(ndcg, rel=1e-6)


@pytest.mark.usefixtures("no_report")
def test_a_finished_run_is_not_repeated_by_resume(
    with_run: Path, train_words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    before = contents()
    assert main([*train_words, "--out", "run", "--resume"]) == 0
    assert "finished already" in capsys.readouterr().err
    for words, complaint in (
        (["--seed", "5"], "run: holds a finished run with other settings"),
        (["--overwrite"], "--resume continues and --overwrite starts again: choose one of them"),
    ):
        assert main([*train_words, *words, "--out", "run", "--resume"]) == 2
        assert complaint in capsys.readouterr().err
    assert contents() == before


@pytest.mark.usefixtures("no_report")
def test_ctrl_c_keeps_the_checkpoint_and_says_so(
    here: Path,
    train_words: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("ausrec.cli.train_command.run_files", interrupt)
        assert main([*train_words, "--out", "r"]) == 130
    assert capsys.readouterr().err.endswith("repeat the command with --resume to continue it\n")
    with monkeypatch.context() as patch:
        patch.setattr("ausrec.cli.train_command.prepare", interrupt)
        assert main([*train_words, "--out", "s"]) == 130
    assert not Path("s").exists()
    assert main([*train_words, "--out", "r", "--resume"]) == 0


@pytest.mark.usefixtures("no_report")
def test_an_output_folder_in_use_is_refused_and_replaced_only_when_asked(
    with_run: Path, train_words: list[str], complaint: Complaint
) -> None:
    words = instead(train_words, "--epochs", "1", "--out", "run")
    before = contents()
    assert "run: holds a finished run" in complaint(words)
    assert "a finished run with other settings" in complaint([*words, "--resume"])
    assert contents() == before
    Path("run/notes.txt").write_text("mine")
    assert main([*words, "--overwrite", "--weighting", "none"]) == 0
    assert metrics("run")["epochs"] == 1 and metrics("run")["weights"] == {}
    # Without tasks there are no weights to draw; an old picture must not stay.
    left = {*RUN_FILES, MANIFEST, "notes.txt"} - {"weights.png"}
    assert {file.name for file in Path("run").iterdir()} == left


@pytest.mark.usefixtures("no_report")
@pytest.mark.parametrize(
    ("flags", "tasks"),
    [
        (["--weighting", "equal", "--tasks", "social_link+two_hop"], ["social_link", "two_hop"]),
        (
            [
                *("--weighting", "manual", "--weighting.weights", "{social_link: 0.5}"),
                *("--tasks", "social_link", "--link", "item-has-genre=artists.csv"),
                *("--metapath", "user-item-genre-item-user", "--encoder", "mf"),
            ],
            ["social_link", "metapath_user_item_genre_item_user"],
        ),
        (["--weighting", "published", "--tasks", "metapath_uiu"], ["metapath_uiu"]),
    ],
)
def test_other_weightings_tasks_and_encoders(
    here: Path, train_words: list[str], flags: list[str], tasks: list[str]
) -> None:
    if "mf" in flags:
        del train_words[train_words.index("--layers") : train_words.index("--layers") + 2]
    assert main(instead(train_words, "--epochs", "1", "--out", "r", *flags)) == 0
    weights = metrics("r")["weights"]
    assert list(weights) == tasks
    if "manual" in flags:
        assert list(weights.values()) == [0.5, 0.0]
    if "equal" in flags:
        assert set(weights.values()) == {1.0}


@pytest.mark.usefixtures("no_report")
def test_without_social_links_the_tasks_are_those_that_need_none(here: Path) -> None:
    words = ["train", "--interactions", "plays.csv", "--epochs", "1", "--out", "r"]
    assert main(words) == 0
    assert list(metrics("r")["weights"]) == ["metapath_uiu"]


TABLES = {
    "columns.csv": "who,what\na,x\n",
    "fields.csv": "user,item\na,x\na,y,z\n",
    "noid.csv": "user,item\na,x\n,y\n",
    "rating.csv": "user,item,rating\na,x,5\nb,x,good\n",
    "empty.csv": "",
    "norows.csv": "user,item\n",
    "strangers.csv": "user,friend\nbob,carl\n",
}


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        ([], "no data is named: give --dataset NAME"),
        (["--dataset", "lastfmm"], "'lastfmm' is unknown; did you mean 'lastfm'?"),
        (["--dataset", "lastfm", "--interactions", "plays.csv"], "choose one of them"),
        (["--interactions", "none.csv"], "none.csv: no such file"),
        (["--interactions", "."], ".: a folder; name the file"),
        (["--interactions", "columns.csv"], "columns.csv: no column that looks like the users"),
        (["--interactions", "fields.csv"], "Expected 2 fields in line 3, saw 3"),
        (["--interactions", "noid.csv"], "noid.csv:3: no value in column 'user'"),
        (["--interactions", "rating.csv"], "rating.csv:3: 'good' in column 'rating'"),
        (
            ["--interactions", "empty.csv"],
            "empty.csv: is empty",
        ),
        (["--interactions", "norows.csv"], "norows.csv: no rows"),
        (["--social", "strangers.csv"], "strangers.csv: names nobody with interactions"),
        (["--social", "norows.csv"], "norows.csv: no rows"),
        (["--link", "a-b-c=x", "--link", "a-b-c=y"], "--link a-b-c is given twice: give it once"),
        (
            ["--weighting", "manual", "--weighting.weights", "{1: 2}"],
            "must be a mapping, as {a: 0",
        ),
        (["--link", "genre=artists.csv"], "write source-edge-target"),
        (["--tasks", "social_lnk"], "tasks 'social_lnk' is unknown; did you mean 'social_link'?"),
        (["--metapath", "user-genre-user"], "neither a node type nor an edge type 'genre'"),
        (["--weighting", "ausrc"], "weighting 'ausrc' is unknown; did you mean 'ausrec'?"),
        (
            ["--weighting", "equal", "--weighting.scale", "2"],
            "weighting.scale is no setting of 'equal'",
        ),
        (
            ["--encoder", "mf", "--layers", "3", "--model.social", "false"],
            "model.layers is no setting of 'mf'",
        ),
        (["--weighting", "manual", "--weighting.weights", "{two_hp: 1}"], "did you mean 'two_hop'"),
        (["--epochs", "many"], "train.epochs is 'many', but must be a whole number"),
        (["--epochs", "0"], "epochs is 0, but must be above 0"),
        (["--epochz", "3"], "unknown option --epochz; did you mean --epochs?"),
        (["--train.select", "ndcg@7"], "select is 'ndcg@7'"),
        (["--train.learning_rate", "1e30"], "the loss of task 'main' is not finite"),
        (["--data.test", "plays.csv"], "plays.csv: every row is among the interactions, too"),
        (["--link", "user-rates-item=plays.csv"], "user-rates-item are interactions"),
        (["--split.val", "1.5"], "split.val is 1.5, but must be a share from 0"),
        (
            ["--config", "wrong.yaml"],
            "wrong.yaml:2: train.epochz is no setting; did you mean 'epochs'?",
        ),
        (["--config", "none.yaml"], "none.yaml: cannot be read"),
        (["surprise"], "'surprise' is one word too many"),
        (["--out", "plays.csv"], "--out plays.csv is a file, but must be a folder"),
        (["--out", "plays.csv/x"], "plays.csv/x: Not a directory; choose another place"),
        (["--out", "."], ".: data.interactions plays.csv lies in it"),
        (["--tasks", "two_hop+"], "tasks 'two_hop+': a name is missing"),
        (["--tasks", "two_hop,noise"], "join the tasks of one set by +"),
        (["--loss", "ssm(temperature=0)"], "train.loss.temperature is 0.0, but must be above 0"),
        (["--dim", "0"], "model.dim is 0, but must be above 0"),
        (["--metapath", "user"], "must start and end at the same node type"),
    ],
)
def test_bad_input_gives_one_line_and_harms_nothing(
    here: Path, train_words: list[str], flags: list[str], words: str, complaint: Complaint
) -> None:
    for name, text in TABLES.items():
        Path(name).write_bytes(text.encode("latin-1"))
    Path("wrong.yaml").write_text("train:\n  epochz: 3\n")
    before = contents()
    given = ["train"] if not flags or "--dataset" in flags else train_words
    assert words in complaint(instead([*given, "--out", "r"], *flags))
    assert contents() == before
    assert not Path("r").exists()


def test_an_output_folder_is_asked_for(here: Path, complaint: Complaint) -> None:
    assert "add --out DIR" in complaint(["train", "--interactions", "plays.csv"])


@pytest.mark.usefixtures("no_report")
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
def test_results_that_cannot_be_printed_give_one_line(with_run: Path) -> None:
    code = "import sys; from ausrec.cli import main; sys.exit(main(sys.argv[1:]))"
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-c", code, "--help"], stdout=full, stderr=subprocess.PIPE, text=True
        )
    assert "free some space" in done.stderr.splitlines()[0]
    assert done.returncode != 0


def test_no_traceback_reaches_a_user_of_the_installed_command(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "ausrec", "train", "--interactions", "no.csv", "--out", "r"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stderr == "error: no.csv: no such file; name the file that holds the interactions\n"
    assert list(tmp_path.iterdir()) == []


def test_words_become_arguments(here: Path) -> None:
    asked = train.read(["--dataset", "club", "--out", "r", "--overwrite", "--epochs", "3"])
    assert (asked["out"], asked["resume"], asked["overwrite"]) == (Path("r"), False, True)
    assert asked["flags"].recipe().train == TrainConfig(epochs=3)


def test_tables_in_other_formats_train_as_well(here: Path) -> None:
    pd.read_csv("plays.csv").to_parquet("plays.parquet")
    asked = train.read(["--interactions", "plays.parquet", "--out", "r"])
    assert asked["flags"].recipe().data.load()["user"].num_nodes == 30


def test_a_run_remembers_its_plugin_and_misses_it_in_one_line(
    here: Path, train_words: list[str], complaint: Callable[[list[str]], str], no_report: None,
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(plugin, "_loaded", {})
    monkeypatch.setattr(plugin, "CATALOGS", {"WEIGHTINGS": recipe.STRATEGIES})
    for name in ("rising", "sinking"):
        monkeypatch.setitem(recipe.STRATEGIES, name, None)
        del recipe.STRATEGIES[name]
    text = (Path(__file__).parents[1] / "cases" / "my_plugin.py").read_text()
    Path("mine.py").write_text(text)
    words = [*train_words, "--weighting", "rising(pace=0.2)", "--plugin", "mine.py", "--out", "r"]
    assert main(words) == 0
    assert "plugins:\n- ../mine.py\n" in Path("r/config.yaml").read_text()
    assert main(["evaluate", "--run", "r", "--ks", "5"]) == 0
    assert "has changed" not in capsys.readouterr().err
    Path("mine.py").write_text(text + "\n# more\n")
    assert main(["evaluate", "--run", "r", "--ks", "5"]) == 0
    assert "mine.py: has changed since r was trained with it" in capsys.readouterr().err
    Path("mine.py").unlink()
    monkeypatch.setattr(plugin, "_loaded", {})
    assert "mine.py: no such plugin; name a Python file" in complaint(["evaluate", "--run", "r"])
    assert main(["recommend", "--run", "r", "--user", "ann-3"]) == 0
    said = complaint([*words, "--plugin", "other.py"])
    assert "no such plugin" in said


def test_a_refit_trains_on_the_validation_part_for_the_epochs_that_were_best(
    here: Path, train_words: list[str], complaint: Callable[[list[str]], str], no_report: None,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    assert main([*train_words, "--out", "plain"]) == 0
    assert main([*train_words, "--refit", "--out", "refit"]) == 0
    plain, refit = metrics("plain"), metrics("refit")
    assert refit["before_refit"]["val"] == plain["val"] and refit["val"] == {}
    assert refit["epochs"] == refit["best_epoch"] == plain["best_epoch"]
    assert any("its rows are trained on" in line for line in refit["assumed"])
    parts = [load_run(name).splits for name in ("plain", "refit")]
    sizes = [[part["user", "rates", "item"].edge_label_index.size(1) for part in p] for p in parts]
    assert sizes[1] == [sizes[0][0] + sizes[0][1], 0, sizes[0][2]]
    capsys.readouterr()
    assert main([*train_words, "--refit", "--resume", "--out", "refit"]) == 0
    assert "this run is finished already" in capsys.readouterr().err
    said = complaint([*train_words, "--refit", "--split.val", "0", "--out", "none"])
    assert "--refit: there is no validation part" in said
