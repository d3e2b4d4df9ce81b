"""An import that one server process carries out is seen by all of them, and is carried out by one at a time (R7.1)."""

from uuid import UUID

import pytest

from hub.operations.office import Office
from hub.operations.onboarding import import_progress, imports
from tests.support import lists
from tests.support.clocks import Clock


@pytest.fixture
def import_id(office: Office) -> UUID:
    """A list of two customers, checked."""
    content = lists.as_csv([lists.line(801), lists.line(802)])
    run = office.perform(lists.OFFICER, imports.preview_import, "名单.csv", content)
    assert run.progress is None
    return run.id


def shown(office: Office, import_id: UUID) -> import_progress.Progress:
    progress = office.perform(lists.OFFICER, imports.show_import, import_id).progress
    assert progress is not None
    return progress


@pytest.mark.article("R7.1")
def test_an_import_is_begun_once_and_every_page_sees_how_far_it_is(office: Office, import_id: UUID) -> None:
    assert office.perform(lists.OFFICER, imports.begin_import, import_id)
    assert not office.perform(lists.OFFICER, imports.begin_import, import_id), "another process has it"
    with office.desk(lists.OFFICER) as desk:
        import_progress.record_progress(desk, import_id, 1, 2)
    assert (shown(office, import_id).percent, shown(office, import_id).over) == (50, False)
    with office.desk(lists.OFFICER) as desk:
        import_progress.end_import(desk, import_id, None)
    assert shown(office, import_id).over and shown(office, import_id).refusal is None


@pytest.mark.article("R7.1")
def test_an_import_whose_process_died_is_begun_again(office: Office, import_id: UUID, clock: Clock) -> None:
    assert office.perform(lists.OFFICER, imports.begin_import, import_id)
    clock.on(minutes=6)
    assert shown(office, import_id).over
    assert office.perform(lists.OFFICER, imports.begin_import, import_id)


@pytest.mark.article("R7.1")
def test_why_an_import_was_refused_is_told_by_every_process(office: Office, import_id: UUID) -> None:
    no = imports.NotOpen()
    office.perform(lists.OFFICER, imports.begin_import, import_id)
    with office.desk(lists.OFFICER) as desk:
        import_progress.end_import(desk, import_id, no)
    told = shown(office, import_id).refusal
    assert told is not None and told.article == no.article
    for language in ("zh", "en"):
        assert (told.sentence(language), told.advice(language)) == (no.sentence(language), no.advice(language))
