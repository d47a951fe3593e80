"""Random lives of an agency against the model: nothing early, nothing under hold, nothing lost.

CI lives two short lives of each kind, always the same ones. Many long ones, always others:
`pytest tests/disposal/test_model.py --hypothesis-profile=lives`.
"""

import shutil
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from retention.periods import Strategy, destroyable_from
from tests.disposal.conftest import LIVES
from tests.disposal.law import first_day
from tests.disposal.model import Agency
from tests.disposal.model_archives import AgencyWithArchives
from tests.disposal.office import Office
from tests.disposal.trial import AgencyOnTrial

QUICK = settings(
    max_examples=2,
    stateful_step_count=5,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@pytest.mark.parametrize("kind", [AgencyOnTrial, AgencyWithArchives])
def test_no_life_of_the_agency_destroys_early_or_loses_a_record(
    kind: type[Agency], founded: Office, tmp_path: Path
) -> None:
    lives = iter(range(1_000_000))

    def live() -> Agency:
        folder = tmp_path / f"life-{next(lives)}"
        (folder / "papers").mkdir(parents=True)
        shutil.copytree(founded.root, folder / "workspace")
        (folder / "backups").mkdir()
        return kind(founded.at(folder / "workspace", folder / "papers"), folder / "backups")

    wanted = settings() if settings.get_current_profile_name() == LIVES else QUICK
    run_state_machine_as_test(live, settings=wanted)  # type: ignore[arg-type]  # a factory is what it asks for


def test_model_and_rules_agree_on_every_day_of_two_leap_cycles() -> None:
    for ordinal in range(date(2019, 1, 1).toordinal(), date(2027, 1, 1).toordinal(), 1):
        day = date.fromordinal(ordinal)
        assert first_day(day) == destroyable_from(day, 3, Strategy.ANNIVERSARY)
