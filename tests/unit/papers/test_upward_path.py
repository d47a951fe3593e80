"""The way of plan and catalogue: agency, city government, archive authority (施行細則 §10 I(4))."""

import pytest

from webir_records.services.papers.batch_forms import ARCHIVE_AUTHORITY, path_of


@pytest.mark.parametrize(
    ("agency", "city"),
    [
        ("臺北市福安區公所", "臺北市政府"),
        ("臺北市政府社會局", "臺北市政府"),
        ("新竹縣竹北市公所", "新竹縣政府"),
        ("高雄市政府環境保護局", "高雄市政府"),
    ],
)
def test_agency_of_a_city_writes_to_its_government(agency: str, city: str) -> None:
    assert path_of(agency) == (agency, city, ARCHIVE_AUTHORITY)


@pytest.mark.parametrize("agency", ["臺北市政府", "新竹縣政府", "勞動部勞工保險局"])
def test_city_itself_and_a_ministry_write_to_the_authority(agency: str) -> None:
    assert path_of(agency) == (agency, ARCHIVE_AUTHORITY)
