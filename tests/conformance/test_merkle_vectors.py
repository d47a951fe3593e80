"""Every proof of transparency-dev/merkle: accepted or refused as its `wantErr` says."""

import base64
import json
from pathlib import Path

import pytest

from signing.errors import ProofError
from signing.merkle import verify_consistency, verify_inclusion

FOLDER = Path(__file__).resolve().parents[2].parent / "shared" / "conformance" / "merkle"
INCLUSION = sorted(FOLDER.glob("inclusion/**/*.json"))
CONSISTENCY = sorted(FOLDER.glob("consistency/**/*.json"))
pytestmark = [
    pytest.mark.conformance,
    pytest.mark.skipif(not FOLDER.is_dir(), reason="the public vectors are not beside the project"),
]


def name(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


def decode(text: str | None) -> bytes:
    return base64.b64decode(text or "")


def test_all_vectors_are_there() -> None:
    assert (len(INCLUSION), len(CONSISTENCY)) == (98, 98)


@pytest.mark.parametrize("path", INCLUSION, ids=name)
def test_inclusion_proof_is_judged_as_the_vector_says(path: Path) -> None:
    case = json.loads(path.read_text(encoding="utf-8"))
    refused = False
    try:
        verify_inclusion(
            decode(case["leafHash"]),
            [decode(item) for item in case["proof"] or []],
            index=case["leafIdx"],
            size=case["treeSize"],
            root=decode(case["root"]),
        )
    except ProofError:
        refused = True
    assert refused == case["wantErr"]


@pytest.mark.parametrize("path", CONSISTENCY, ids=name)
def test_consistency_proof_is_judged_as_the_vector_says(path: Path) -> None:
    case = json.loads(path.read_text(encoding="utf-8"))
    refused = False
    try:
        verify_consistency(
            [decode(item) for item in case["proof"] or []],
            size1=case["size1"],
            root1=decode(case["root1"]),
            size2=case["size2"],
            root2=decode(case["root2"]),
        )
    except ProofError:
        refused = True
    assert refused == case["wantErr"]
