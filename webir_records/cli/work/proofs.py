"""Do `webir records proof`."""

from pathlib import Path

from webir_records.cli.failing import Exit
from webir_records.cli.say import _
from webir_records.cli.session import Session
from webir_records.services.proving import prove_record


def prove(session: Session, record: str, out: Path) -> int:
    """Write the proofs and say how they are checked."""
    with session.workspace() as workspace:
        proved = prove_record(workspace, record, out)
        vkey = workspace.archive.ledger.vkey
    for item in proved:
        session.output.line(f"{item.path}  {item.event}  {item.seq} / {item.size}")
    session.output.note(
        _("Anybody can check it offline: {command}", command=f"python -m signing proof {out} --key {vkey}")
    )
    session.output.result(
        {
            "proofs": [
                {
                    "path": str(item.path),
                    "record": item.record,
                    "event": item.event,
                    "seq": item.seq,
                    "size": item.size,
                }
                for item in proved
            ],
            "key": vkey,
        }
    )
    return Exit.DONE
