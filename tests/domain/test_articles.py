"""Articles as the office cites them: 第七条第1款 with what it says, never a row's number (F, 3.9)."""

import re

import pytest

from hub.domain.articles import cited, gist
from hub.operations.operation import OPERATIONS
from tests.support.articles import ROWS

NUMBERED = ("第七条", "第八条", "第九条", "第十二条")


@pytest.mark.parametrize(
    ("row", "zh", "en"),
    [
        ("R7.2", "第七条第1款", "Article 7(1)"),
        ("R7.12", "第七条第5款", "Article 7(5)"),
        ("R8.7", "第八条第2款", "Article 8(2)"),
        ("R10.1", "第十条", "Article 10"),
        ("R12.3", "第十二条第2款第（1）项", "Article 12(2)(1)"),
        ("R12.6", "第十二条第2款第（4）项", "Article 12(2)(4)"),
        ("R13.4", "第十三条", "Article 13"),
        ("G2", "客户信息保护制度·对外提供", "Information policy: sharing"),
        ("I1", "办理口径·工作日计算", "Reading: working days"),
        ("R12.3、R12.5", "第十二条第2款第（1）项、第十二条第2款第（3）项", "Article 12(2)(1)、Article 12(2)(3)"),
    ],
)
def test_a_row_is_cited_as_its_article_and_clause(row: str, zh: str, en: str) -> None:
    assert cited(row) == (zh, en)


@pytest.mark.parametrize("row", sorted({*ROWS, *(each.article for each in OPERATIONS.values())}))
def test_every_row_of_the_code_has_an_article_and_a_gist(row: str) -> None:
    zh, en = cited(row)
    assert re.fullmatch(r"第.+条(第\d款(第（\d）项)?)?|客户信息保护制度·.+|办理口径·.+", zh)
    assert not re.search(r"[\u4e00-\u9fff]", en) and en != row
    assert all(gist(row)), row
    assert ("款" in zh) is zh.startswith(NUMBERED), "articles 7, 8, 9 and 12 number their clauses, the others do not"


def test_what_is_no_row_stays_as_it_is() -> None:
    assert cited("TX0000000003") == ("TX0000000003", "TX0000000003")
