"""One city's rule as data: status, terms, deadlines, roles and conditions, each with its clause.

A profile is a TOML file. `load_profile` reads one that ships with the package, or the agency's own. A later
version lies beside the first as `NAME@2.toml`; `load_versions` reads them all.
"""

import tomllib
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from retention.errors import ProfileError, ProfileProblem
from retention.floors import laxer_problems
from retention.profile_checks import Toml, reference_problems, shape_problems
from retention.profile_shape import Profile
from retention.sections import Rule, Term

__all__ = [
    "Profile",
    "ProfileError",
    "ProfileProblem",
    "Rule",
    "Term",
    "available_profiles",
    "load_profile",
    "load_versions",
    "parse_profile",
]

FOLDER: Final = Path(__file__).resolve().parent / "profiles"
"""Folder of the profiles that ship with the package."""
LATER: Final = "@"
"""Stands between a profile's name and the number of a later version."""
_ADDED: Final = "profile"
"""Name of the versions that an agency adds, before their number."""


def available_profiles() -> tuple[str, ...]:
    """List the names of the profiles that ship with the package, without their later versions."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.toml") if LATER not in path.stem))


def load_profile(name_or_path: str | Path) -> Profile:
    """Read and check a profile.

    Args:
        name_or_path: name of a shipped profile, or path of a `.toml` file.

    Raises:
        ProfileError: the file is not there, is no TOML, says something wrong, or is laxer than the shipped
            profile of the same rule; all problems at once.
    """
    source = str(name_or_path)
    path = _path(source)
    profile = parse_profile(_text(path, source), source)
    if path.parent != FOLDER:
        problems = tuple(p for model in _shipped_of(profile.number) for p in laxer_problems(profile, model))
        if problems:
            raise ProfileError(source, problems)
    return profile


def load_versions(name_or_path: str | Path, added: Path | None = None) -> tuple[Profile, ...]:
    """Read a profile with its later versions, which lie beside it as `NAME@2.toml`, by their number.

    Whether they fit together is for `retention.versions.check_versions` to say.

    Args:
        name_or_path: name of a shipped profile, or path of a `.toml` file, of the first version.
        added: folder in which an agency keeps later versions of its own, as `profile@2.toml`; of two with
            one number its own counts.

    Raises:
        ProfileError: as `load_profile`, for the first file that is wrong.
    """
    found = version_files(name_or_path, added)
    return tuple(sorted((profile for _, profile in found), key=lambda profile: profile.version))


def version_files(name_or_path: str | Path, added: Path | None = None) -> list[tuple[Path, Profile]]:
    """Return what `load_versions` reads, each with its file, in any order.

    Raises:
        ProfileError: as `load_versions`.
    """
    path = _path(str(name_or_path))
    own = _read_all(added, _ADDED) if added else []
    numbers = {profile.version for _, profile in own}
    beside = [pair for pair in _read_all(path.parent, path.stem) if pair[1].version not in numbers]
    return [(path, load_profile(name_or_path)), *beside, *own]


def _read_all(folder: Path, name: str) -> list[tuple[Path, Profile]]:
    """Read the later versions that lie in a folder."""
    return [(path, load_profile(path)) for path in sorted(folder.glob(f"{name}{LATER}*.toml"))]


def added_name(version: int) -> str:
    """Return the file name of a later version that an agency adds, e.g. `profile@2.toml`."""
    return f"{_ADDED}{LATER}{version}.toml"


def parse_profile(text: str, source: str) -> Profile:
    """Check the text of a profile.

    Args:
        text: TOML.
        source: what to call it in problems.

    Raises:
        ProfileError: it is no TOML, or says something wrong; all problems at once.
    """
    try:
        raw: dict[str, Toml] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _unreadable(source, error) from error
    problems = tuple(reference_problems(raw))
    try:
        profile = Profile.model_validate(raw)
    except ValidationError as error:
        raise ProfileError(source, (*shape_problems(error), *problems)) from error
    if problems:
        raise ProfileError(source, problems)
    return profile


def _path(source: str) -> Path:
    return Path(source) if source.endswith(".toml") else FOLDER / f"{Path(source).name}.toml"


def _text(path: Path, source: str) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        facts = {"source": source, "known": "、".join(available_profiles())}
        raise ProfileError(source, (ProfileProblem("", "R111", facts),)) from error
    except UnicodeDecodeError as error:
        raise _unreadable(source, error) from error


def _shipped_of(number: str) -> tuple[Profile, ...]:
    """Return the newest version of each shipped profile of the rule with this number."""
    naming = (name for name in available_profiles() if number in _text(_path(name), name))
    newest = (load_versions(name)[-1] for name in naming)
    return tuple(profile for profile in newest if profile.number == number)


def _unreadable(source: str, error: ValueError) -> ProfileError:
    return ProfileError(source, (ProfileProblem("", "R112", {"source": source, "detail": str(error)}),))
