"""How long a user waits for the program to say something, beside Python itself."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

from timing import ROOT, Work, arguments, measure, scratch, show

from webir_records.bootstrap import create_workspace, this_machine

BARE: Final = "python -c pass"


def main() -> None:
    given = arguments(__doc__ or "", repetitions=10)
    webir = str(Path(sys.executable).with_name("webir"))
    with scratch() as folder:
        root = folder / "workspace"
        create_workspace(root, ROOT / "examples/機關設定.json", machine=this_machine())
        lines = measure(
            [
                _work(BARE, sys.executable, "-c", "pass"),
                _work("webir --help", webir, "--help"),
                _work("webir forms --help", webir, "forms", "--help"),
                _work("webir people list (opens a workspace)", webir, "-w", str(root), "people", "list"),
            ],
            repetitions=given["repetitions"],
        )
    show("Wall time of a command", lines, unit="command", peer=BARE)


def _work(name: str, *command: str) -> Work:
    def run() -> None:
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=dict(os.environ))

    return Work(name, run)


if __name__ == "__main__":
    main()
