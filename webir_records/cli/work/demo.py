"""Do `webir demo`: the main job on example data, each step shown as the command that does it."""

import io
import shutil
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final

from rich.console import Console

from webir_records.bootstrap import data_folder
from webir_records.cli.failing import Exit, show_error
from webir_records.cli.output import Output
from webir_records.cli.say import _
from webir_records.cli.session import Session
from webir_records.cli.work import (
    archive,
    checking,
    destruction,
    forms,
    holds,
    keys,
    people,
    records,
    retention,
    start,
)
from webir_records.model.errors import InputError, RefusedError
from webir_records.services.destruction.batches import list_batches
from webir_records.services.holding import HoldTerms
from webir_records.services.retention_dates import list_due
from webir_records.services.selecting import RecordQuery

_PEOPLE: Final = (
    ("mgr-01", "agency_manager"),
    ("arch-01", "archivist"),
    ("wit-01", "witness"),
)
"""Who acts; the first one manages people. Passphrases lie beside the workspace: for a demo only."""
_OTHER_FORMS: Final = ("form_1_1", "form_2", "form_3", "form_4")


def demo(session: Session, folder: Path) -> int:
    """Run the demo into a new folder and say what to try next."""
    if folder.exists() and any(folder.iterdir()):
        raise InputError("U101", path=str(folder))
    _Demo(session, folder).run()
    return Exit.DONE


class _Demo:
    """The steps of the demo, in order."""

    def __init__(self, session: Session, folder: Path) -> None:
        self._folder = folder
        self._data = folder / "data"
        self._root = folder / "workspace"
        self._outer = session
        self._output = _of_steps(session.output)

    def run(self) -> None:
        """Do everything."""
        shutil.copytree(data_folder("examples"), self._data)
        self._begin()
        self._forms()
        self._archive()
        self._people()
        self._destruction()
        self._end()

    def _begin(self) -> None:
        self._title(_("1. A workspace for an agency"))
        agency = self._data / "機關設定.json"
        self._show(f"webir init {self._root} --agency {agency}")
        start.init(replace(self._outer, output=self._output), self._root, agency, "taipei-2017")

    def _forms(self) -> None:
        self._title(_("2. Check the spreadsheet, fill the forms"))
        data = self._input("form_1_2")
        marked = self._folder / f"{data.stem}_marked.xlsx"
        self._step(
            f"forms check form_1_2 {data} --annotate {marked}",
            partial(checking.check, form="form_1_2", data=data, annotate=marked),
        )
        kinds = "docx,odt,pdf" if self._outer.machine.soffice else "docx,odt"
        fill = partial(forms.fill, form="form_1_2", data=data, to=kinds)
        self._step(f"forms fill form_1_2 {data} --to {kinds}", fill)

    def _archive(self) -> None:
        self._title(_("3. File them in the sealed archive, and verify it"))
        for form in ("form_1_2", *_OTHER_FORMS):
            data = self._input(form)
            self._step(f"records file {form} {data}", partial(records.file, form=form, data=data))
        self._step("verify", lambda s: archive.verify(s, "full"))
        self._title(_("4. Accounts are cancelled: now the three years run"))
        accounts = self._data / "註銷通報.csv"
        self._step(f"records cancel {accounts}", lambda s: records.cancel(s, accounts))
        self._step("retention due", lambda s: retention.due(s, ""))

    def _people(self) -> None:
        self._title(_("5. Three people with keys of their own"))
        manager = ""
        for person, role in _PEOPLE:
            secret = self._secret(person)
            named = f" --as {manager}" if manager else ""
            command = f"people add {person} --role {role} --passphrase-file {secret}{named}"
            add = partial(people.add, person=person, roles=[role], passphrase_file=secret)
            self._step(command, add, actor=manager)
            manager = manager or person

    def _destruction(self) -> None:
        self._title(_("6. Destroy lawfully: what may not go, does not go"))
        held = self._first_due()
        self._step(
            f"retention hold add {held} --authority 府勞資字第1150000001號",
            lambda s: holds.add(
                s, RecordQuery(records=(held,)), HoldTerms(authority="府勞資字第1150000001號")
            ),
        )
        self._step("destruction draft --as arch-01", lambda s: destruction.draft(s, "A", ""), actor="arch-01")
        batch = self._batch()
        self._step(
            f"destruction execute {batch} --as arch-01 --confirm {batch}",
            lambda s: destruction.execute(s, batch, batch),
            actor="arch-01",
        )
        self._sign(batch)
        self._step(
            f"destruction execute {batch} --as arch-01 --confirm {batch}",
            lambda s: destruction.execute(s, batch, batch),
            actor="arch-01",
        )
        out = self._folder / "certificate"
        self._step(
            f"destruction certificate {batch} -o {out}", lambda s: destruction.certificate(s, batch, out)
        )

    def _sign(self, batch: str) -> None:
        for person, verb, kind in (("mgr-01", "approve", "approval"), ("wit-01", "witness", "witness")):
            secret = self._secret(person)
            self._step(
                f"destruction {verb} {batch} --as {person} --passphrase-file {secret}",
                partial(destruction.sign, batch=batch, kind=kind, passphrase_file=secret),
                actor=person,
            )

    def _end(self) -> None:
        self._title(_("7. Verify again: everything is there, or was destroyed lawfully"))
        self._step("verify", lambda s: archive.verify(s, "full"))
        self._step("keys status", keys.status)
        output = self._outer.output
        output.line()
        output.line(
            _("The demo is done. The workspace stays in {path}. Try next:", path=self._root), style="bold"
        )
        for command in self._next_commands():
            output.line(f"  {command}")
        output.result({"workspace": str(self._root), "data": str(self._data)})

    def _next_commands(self) -> tuple[str, ...]:
        webir = f"webir -w {self._root}"
        return (
            f"{webir} records list",
            f"{webir} records show 1-2-{self._roc_year()}-0001",
            f"{webir} destruction list",
            f"{webir} forms blank form_1_2 -o {self._folder / 'blank.xlsx'}",
            f"python -m signing {self._root / 'archive'}",
        )

    def _roc_year(self) -> int:
        return self._outer.machine.now().year - 1911

    def _first_due(self) -> str:
        with self._session().workspace() as workspace:
            lapsed = (line.summary for line in list_due(workspace).lapsed)
            return next(summary.form_no for summary in lapsed if summary.record_class == "A")

    def _batch(self) -> str:
        with self._session().workspace() as workspace:
            return list_batches(workspace)[-1].batch

    def _secret(self, person: str) -> Path:
        """Make the passphrase of a demo person: random, in a file beside the workspace."""
        path = self._folder / "passphrases" / f"{person}.txt"
        if not path.exists():
            path.parent.mkdir(exist_ok=True)
            path.write_text(self._outer.machine.random(9).hex() + "\n", encoding="utf-8")
            path.chmod(0o600)
        return path

    def _input(self, form: str) -> Path:
        """Return the example file of a form: its name begins with the form's number."""
        number = {
            "form_1_1": "附件1-1",
            "form_1_2": "附件1-2",
            "form_2": "附件2",
            "form_3": "附件3",
            "form_4": "附件4",
        }
        return next(path for path in sorted(self._data.iterdir()) if path.name.startswith(number[form]))

    def _session(self, actor: str = "") -> Session:
        return Session(self._root, actor, self._outer.lang, self._output)

    def _step(self, command: str, work: Callable[[Session], int], *, actor: str = "") -> None:
        """Show a command and do it; a refusal is shown, as the user would see it."""
        self._show(f"webir -w {self._root} {command}")
        try:
            work(self._session(actor))
        except RefusedError as error:
            show_error(self._output, error)

    def _title(self, text: str) -> None:
        self._outer.output.line()
        self._outer.output.line(f"━━ {text}", style="bold cyan")

    def _show(self, command: str) -> None:
        self._outer.output.line(f"$ {command}", style="bold")


def _of_steps(output: Output) -> Output:
    """Return where the steps print: with --json nowhere, for the demo itself prints the one object."""
    return Output(as_json=True, out=Console(file=io.StringIO())) if output.as_json else output
