"""The template of the list: what it bears is what the import reads, and a wrong file is told which headings it lacks (R7.1)."""

import io

import pytest
from python_calamine import CalamineWorkbook

from hub.domain.customers.catalogue import FIELDS
from hub.operations.onboarding.files.columns import COLUMNS, REQUIRED, places_of
from hub.operations.onboarding.files.open_file import open_sheet
from hub.operations.onboarding.files.sheet import SheetRefused
from hub.operations.onboarding.files.template import template


@pytest.mark.article("R7.1")
@pytest.mark.parametrize("tongue", [0, 1])
def test_the_import_reads_every_heading_of_the_template(tongue: int) -> None:
    sheet = open_sheet(template(tongue))
    assert sheet.header == tuple(FIELDS[key].title[tongue] for key in COLUMNS)
    assert tuple(places_of(sheet)) == COLUMNS and not list(sheet.lines())
    assert len(CalamineWorkbook.from_filelike(io.BytesIO(template(tongue))).sheet_names) == 1


def test_missing_columns_are_named_as_the_list_calls_them_and_a_template_is_offered() -> None:
    with pytest.raises(SheetRefused) as refused:
        places_of(open_sheet("商品,价格\n烟,1\n".encode()))
    for language in ("zh", "en"):
        sentence, advice = refused.value.sentence(language), refused.value.advice(language)
        assert all(FIELDS[key].title[0] in sentence and key not in sentence for key in REQUIRED)
        assert "partnerhub customers template" in advice
