"""The program itself with a bucket: as an agency runs it, and without the library for buckets."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])
_PROGRAM = "from webir_records.cli.main import run; run()"
_WITHOUT = (
    "import sys; sys.modules['boto3'] = None; sys.modules['botocore'] = None;"
    "from webir_records.cli.main import main; sys.exit(main(sys.argv[1:]))"
)


@pytest.fixture
def webir(s3_server) -> Callable[..., tuple[int, str, str]]:
    """Run the program with the daily credentials."""

    def run(*arguments: str, code: str = _PROGRAM, **changes: str) -> tuple[int, str, str]:
        environment = {**os.environ, **s3_server.environment(), "NO_COLOR": "1", **changes}
        command = [sys.executable, "-c", code, *arguments, "--lang", "en"]
        done = subprocess.run(command, env=environment, capture_output=True, timeout=120, check=False)
        return done.returncode, done.stdout.decode(), done.stderr.decode()

    return run


def test_archive_in_a_bucket_is_made_checked_and_verified(
    webir, s3_server, prefix, tmp_path: Path, agency_file, papers
) -> None:
    root = str(tmp_path / "box")
    url = s3_server.url(prefix)
    assert webir("init", root, "--agency", str(agency_file), "--store", url)[0] == 0
    assert f'store_url = "{url}"' in (tmp_path / "box/webir.toml").read_text(encoding="utf-8")
    assert webir("-w", root, "records", "file", "form_1_2", str(papers.applications(2)))[0] == 0
    code, out, _ = webir("-w", root, "store", "check", "--json")
    report = json.loads(out)
    assert (code, report["kind"], report["fine"]) == (0, "bucket", True)
    code, out, _ = webir("-w", root, "verify", "--json")
    assert (code, json.loads(out).get("records", out)) == (0, {"OK": 2})
    code, _, err = webir("-w", root, "verify", AWS_SECRET_ACCESS_KEY="wrong")
    assert code == 4
    assert "A174" in err


def test_without_the_library_a_bucket_is_refused_and_a_folder_works(
    webir, s3_server, prefix, tmp_path: Path, agency_file
) -> None:
    agency = ("--agency", str(agency_file))
    code, _, err = webir(
        "init", str(tmp_path / "a"), *agency, "--store", s3_server.url(prefix), code=_WITHOUT
    )
    assert (code, "A171" in err) == (4, True)
    assert not (tmp_path / "a").exists()
    assert webir("init", str(tmp_path / "b"), *agency, code=_WITHOUT)[0] == 0
    code, out, _ = webir("-w", str(tmp_path / "b"), "store", "check", "--json", code=_WITHOUT)
    assert (json.loads(out)["kind"], code) == ("folder", 0 if json.loads(out)["fine"] else 1)
