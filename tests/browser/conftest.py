"""One JupyterLab server, one Chromium, one notebook with every panel, for all browser tests."""

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import nbformat
import pytest
from playwright.sync_api import Browser, Locator, Page, Playwright, expect

CELLS = {
    "task_lab": "from ausrec.lab import TaskLab\nlab = TaskLab()\nlab.set(epochs=6)",
    "predict": (
        "from ausrec.lab import PredictThenReveal\n"
        "from ausrec.training import TrainConfig\n"
        "from ausrec.runs.recipe import Recipe\n"
        "short = Recipe(train=TrainConfig(epochs=3, batch_size=1024))\n"
        "PredictThenReveal(recipe=short)"
    ),
    "player": (
        "from ausrec.lab import WeightPlayer\n"
        "trained = TaskLab(recipe=short).set(epochs=6).train()\n"
        "WeightPlayer(trained)"
    ),
    "explorer": (
        "from ausrec.lab import GraphExplorer\nGraphExplorer(trained.prepared.splits.train)"
    ),
    "choice": (
        "from ausrec.lab import QuickCheck\n"
        "QuickCheck('Which loss ranks one item above another?', ['cross-entropy', 'BPR'], 'BPR',\n"
        "           'It looks at `pairs`.', hints=['That one looks at single items.', ''])"
    ),
    "number": "QuickCheck('What is $2^{-2}$?', answer=0.25, tolerance=0.001, why='A quarter.')",
}
SETTINGS = {
    "@jupyterlab/apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    # Every cell is in the page, not only those in sight.
    "@jupyterlab/notebook-extension/tracker": {"windowingMode": "none"},
}
SECONDS = 1000
SLOW = 60 * SECONDS
# A loaded machine is no failure: every expectation waits as long as a slow one.
expect.set_options(timeout=SLOW)


class Server(NamedTuple):
    """A running server."""

    port: int
    token: str
    folder: Path

    @property
    def url(self) -> str:
        """The address, without the token."""
        return f"http://127.0.0.1:{self.port}"


@pytest.fixture(scope="session")
def browser_type_launch_args(playwright: Playwright) -> dict[str, Any]:
    """Launch the system's Chromium or Playwright's; skip without one, but fail in CI."""
    own = playwright.chromium.executable_path
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which(own)
    if chromium is None:
        if os.environ.get("CI"):
            pytest.fail("no Chromium on this machine; `.ci/run` installs it")
        pytest.skip("no Chromium on this machine: install the package `chromium`")
    return {
        "executable_path": chromium,
        "args": ["--no-sandbox", "--disable-background-networking", "--disable-dev-shm-usage"],
    }


@pytest.fixture(scope="session")
def artefacts(repository: Path) -> Path:
    """Where screenshots are kept."""
    folder = repository / "test-results"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def site(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built once."""
    out = tmp_path_factory.mktemp("site")
    words = ["--fail-on-warning", "--keep-going", "--quiet", "-d", str(out / ".doctrees")]
    built = subprocess.run(
        [sys.executable, "-m", "sphinx", *words, "-c", "docs", ".", str(out)],
        cwd=repository,
        env=os.environ | {"SITE_REPOSITORY": "https://github.com/owner/ausrec"},
        capture_output=True,
        text=True,
    )
    assert built.returncode == 0, built.stderr
    return out


@pytest.fixture(scope="session")
def start_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Server]]:
    """Return a function that starts a Jupyter application, apart from this user's settings."""
    processes = []

    def start(application: str, options: list[str], cells: list[str]) -> Server:
        folder = tmp_path_factory.mktemp(application)
        write_notebook(folder / "panels.ipynb", cells)
        for name, values in SETTINGS.items():
            file = folder / "settings" / f"{name}.jupyterlab-settings"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(json.dumps(values))
        token, port = secrets.token_hex(8), free_port()
        with (folder / "server.log").open("w") as log:
            process = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    application,
                    "--no-browser",
                    f"--port={port}",
                    *(option.format(token=token, folder=folder) for option in options),
                ],
                cwd=folder,
                env=environment(folder),
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        processes.append(process)
        server = Server(port, token, folder)
        wait_for(server, process)
        return server

    yield start
    for process in processes:
        process.terminate()
    for process in processes:
        process.wait(20)


def environment(folder: Path) -> dict[str, str]:
    """The environment of a server: everything of its own, panels that show their progress."""
    own = {name: str(folder / name) for name in ("config", "data", "runtime", "ipython")}
    return {
        **os.environ,
        "JUPYTER_CONFIG_DIR": own["config"],
        "JUPYTER_DATA_DIR": own["data"],
        "JUPYTER_RUNTIME_DIR": own["runtime"],
        "IPYTHONDIR": own["ipython"],
        "JUPYTERLAB_SETTINGS_DIR": str(folder / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(folder / "workspaces"),
        "PYTHONPATH": str(Path(__file__).resolve().parents[2]),
        "AUSREC_QUIET": "0",
    }


def write_notebook(path: Path, cells: list[str]) -> None:
    """Write a notebook that names its kernel, so that nobody is asked for one."""
    spec = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(cell) for cell in cells], metadata={"kernelspec": spec}
    )
    nbformat.write(notebook, path)


def free_port() -> int:
    """Ask the system for a port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    return port


def wait_for(server: Server, process: "subprocess.Popen[bytes]") -> None:
    """Wait until the server answers."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        assert process.poll() is None, (server.folder / "server.log").read_text()
        try:
            # No request: Voilà would run the notebook for it.
            socket.create_connection(("127.0.0.1", server.port), timeout=5).close()
            return
        except OSError:
            time.sleep(0.2)
    pytest.fail("no answer in a minute:\n" + (server.folder / "server.log").read_text())


class Panels:
    """The notebook in JupyterLab, with all its cells run."""

    def __init__(self, page: Page, folder: Path, artefacts: Path) -> None:
        self.page, self.folder, self.artefacts = page, folder, artefacts

    def __getitem__(self, name: str) -> Locator:
        """The panel of a cell."""
        cell = self.page.locator(".jp-Notebook .jp-CodeCell").nth(list(CELLS).index(name))
        panel = cell.locator(".ausrec-live")
        panel.scroll_into_view_if_needed(timeout=SLOW)
        return panel

    def keep(self, name: str, suffix: str = "") -> None:
        """Keep a picture of a panel."""
        self[name].screenshot(path=self.artefacts / f"{name}{suffix}.png")


@pytest.fixture(scope="session")
def panels(
    start_server: Callable[..., Server], browser: Browser, artefacts: Path
) -> Iterator[Panels]:
    options = [
        "--IdentityProvider.token={token}",
        "--ServerApp.root_dir={folder}",
        "--LabApp.expose_app_in_browser=True",
        "--allow-root",
    ]
    server = start_server("jupyterlab", options, list(CELLS.values()))
    context = browser.new_context(viewport={"width": 1366, "height": 1250})
    page = context.new_page()
    page.goto(f"{server.url}/lab/tree/panels.ipynb?reset&token={server.token}", timeout=SLOW)
    expect(page.locator(".jp-Notebook .jp-CodeCell").first).to_be_visible(timeout=SLOW)
    close_dialogs(page)
    # Cells that are run before the kernel answers are forgotten.
    expect(page.locator("#jp-main-statusbar")).to_contain_text("| Idle", timeout=SLOW)
    command(page, "filebrowser:hide-main")
    command(page, "notebook:run-all-cells")
    try:
        expect(page.locator(".jp-Notebook .ausrec-live")).to_have_count(len(CELLS), timeout=SLOW)
        yield Panels(page, server.folder, artefacts)
    finally:
        page.screenshot(path=artefacts / "jupyterlab.png")
        context.close()


def command(page: Page, name: str) -> None:
    """Start a command of JupyterLab, without waiting for its end."""
    page.evaluate(f"() => {{ jupyterapp.commands.execute('{name}'); }}")


def close_dialogs(page: Page) -> None:
    """Accept whatever JupyterLab asks at its start."""
    dialogs = page.locator(".jp-Dialog")
    while dialogs.count():
        dialogs.first.locator("button.jp-mod-accept").click()
        expect(dialogs.first).to_be_hidden()
