"""The XML link: the inherited suite once more, and what is the link's alone (notes §1.4)."""

import base64
import gzip
import random
import tracemalloc
from collections.abc import Hashable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, ClassVar
from urllib.parse import parse_qs
from xml.etree import ElementTree
from xml.sax.saxutils import escape

import hub_icbc
import pytest
from hub_icbc.codes import judge
from hub_icbc.nc import as_xml, field_of, opened, sealed, spelled
from hub_icbc.settings import Settings

from hub import hookspecs
from hub.channels.settings_form import BadSettings, more_addresses, read_settings
from hub.plugin import (
    BindingAbsent,
    BindingEnded,
    BindingPending,
    BindingRefused,
    Busy,
    Forged,
    Refused,
    Reply,
    Request,
    Secret,
    Unknown,
    Url,
    post,
)
from hub.testing import PluginSuite, Sample
from hub.testing.play import Played, written
from hub.testing.suite import KEY, OTHER_KEY

CARD, OTHER = "6212140000000000018", "6212140000000000026"
CODES = "370100000001", "370100000002"
NOW = datetime(2026, 11, 23, 16, 30, tzinfo=UTC)
SETTINGS = Settings(
    base_url=Url("http://nc.company.test:448"),
    way="nc",
    sign_url=Url("http://nc.company.test:449"),
    cis="880000000000001",
    login_id="clerk.c.8801",
    contract_no="BDP880000001",
    company_account=Secret("8801000109000000017"),
    company_name="示例烟草公司",
)
PATH = "/api/mybank/enterprise/pay/batchpersonaldeduct/mepbprotocolsubmit/V1"
BLOB = base64.b64encode(b"a made-up signature").decode()
SIGNED: Sample = (
    200,
    f"<html><head><title>x</title><result>0</result></head><body><sign>{BLOB}</sign></body></html>".encode(),
)


def said(xml: str) -> Sample:
    """An answer as the servlet dresses it."""
    return 200, b"reqData=" + base64.encodebytes(xml.encode("gb18030"))


def elements(content: dict[str, Any]) -> str:
    return "".join(
        "".join(f"<rd>{elements(row) if isinstance(row, dict) else escape(str(row))}</rd>" for row in value)
        if isinstance(value, list)
        else f"<{spelled(name)}>{escape(str(value))}</{spelled(name)}>"
        for name, value in content.items()
    )


def ok(**content: Any) -> Sample:
    pub = "<TransCode>X</TransCode><RetCode>0</RetCode><RetMsg>成功</RetMsg>"
    return said(f"<CMS><eb><pub>{pub}</pub><out>{elements(content)}</out></eb></CMS>")


def no(code: str, text: str = "") -> Sample:
    return said(f"<CMS><eb><pub><RetCode>{code}</RetCode><RetMsg>{text}</RetMsg></pub></eb></CMS>")


def taken(number: int, result: str = "0", **more: str) -> dict[str, str]:
    return {"i_seqno": str(number), "pay_no": CODES[number - 1], "order_no": f"O{number}", "result": result, **more}


def result(number: int, state: str = "7", **more: str) -> dict[str, str]:
    return {"pay_no": CODES[number - 1], "pay_acct_no": (CARD, OTHER)[number - 1], "result": state, **more}


def held(number: int) -> dict[str, str]:
    return {
        "agreement_no": f"BDP00000000{number}",
        "pay_no": CODES[number - 1],
        "pay_acct_no": (CARD, OTHER)[number - 1],
        "status": "1",
    }


class TestIcbcLink(PluginSuite):
    """Every promise of the contract, by XML."""

    plugin = hub_icbc
    settings = SETTINGS
    not_offered = frozenset({"check_card"})
    fields: ClassVar = {
        "customer_code": CODES[0],
        "holder_name": "张三",
        "card_number": CARD,
        "id_number": "37010019900101001X",
    }
    rows: ClassVar = (fields, {**fields, "customer_code": CODES[1], "holder_name": "李四", "card_number": OTHER})
    done: ClassVar = {
        "probe": [SIGNED, no("B0116")],
        "bind_card": [SIGNED, ok(serial_no="HQF1", rd=[taken(1)])],
        "query_binding": [ok(rd=[result(1)], next_tag=""), ok(rd=[held(1)])],
        "unbind_card": [SIGNED, ok(serial_no="HQF2", rd=[{"i_seqno": "1", "order_no": "O1", "result": "0"}])],
        "query_unbinding": [no("B0116", "无记录"), ok(rd=[result(1)], next_tag="")],
        "query_binding_in_force": [ok(rd=[held(1)])],
        "deliver_agreements": [SIGNED, ok(serial_no="HQF3", rd=[taken(1), taken(2)])],
        "query_delivery": [ok(rd=[result(1), result(2)], next_tag=""), ok(rd=[held(1), held(2)], next_tag="")],
        "list_bindings": [ok(rd=[held(1), held(2)], next_tag="")],
    }
    refused: ClassVar = {
        "bind_card": [SIGNED, no("B2043", "户名不符")],
        "deliver_agreements": [SIGNED, ok(rd=[taken(1, "6", i_ret_code="B2658"), taken(2, "6")])],
        "unbind_card": [SIGNED, no("9990")],
    }
    busy: ClassVar = (no("500031"), no("5205"), no("400011"), (429, b""), (503, b""))
    garbage: ClassVar = (
        no("B0012", "重复"),
        no("-500042"),
        no("02313"),
        (200, b"errorCode=" + base64.encodebytes("通讯异常".encode("gbk"))),
        said("<CMS><eb><pub><RetMsg>x</RetMsg></pub><out/></eb></CMS>"),
        said('<!DOCTYPE a [<!ENTITY b "0">]><CMS><eb><pub><RetCode>&b;</RetCode></pub></eb></CMS>'),
        SIGNED,
    )

    def open(self, sample: Sample) -> Any:
        """The content of a sample, whatever its code."""
        return opened(Reply(sample[0], {}, sample[1]))

    def enclose(self, content: Any) -> Sample:
        """A content in the link's dress."""
        if not isinstance(content, dict):
            return 200, b"reqData=" + base64.b64encode(str(content).encode())
        inner = {name: value for name, value in content.items() if name not in ("return_code", "return_msg")}
        code, words = content.get("return_code", ""), content.get("return_msg", "")
        pub = f"<RetCode>{code}</RetCode><RetMsg>{escape(str(words))}</RetMsg>"
        return said(f"<CMS><eb><pub>{pub}</pub><out>{elements(inner)}</out></eb></CMS>")

    def prove_nothing(self, verb: str, samples: Sequence[Sample]) -> None:
        """Nonsense from the signing port: surely nothing was done. Behind it, as ever."""
        if len(samples) > 1 or verb not in {"probe", *hookspecs.QUESTIONS}:
            super().prove_nothing(verb, samples)
        elif samples[0] != SIGNED:
            assert isinstance(self.ending(verb, samples), Busy)

    def kind_of(self, request: Request) -> Hashable:
        """Signing belongs to changes and to the probe, and changes nothing."""
        return object() if request.to else super().kind_of(request)

    def test_a_change_carries_our_serial(self) -> None:
        """In what is signed and in what is sent."""
        for verb in sorted(hookspecs.QUESTIONS.keys() & self.done.keys()):
            for key, other in ((KEY, OTHER_KEY), (OTHER_KEY, KEY)):
                talk = self.conversation(verb, key=key)
                first, second = next(talk), talk.send({"(signed)": BLOB})
                assert first.prelude and first.to == "sign_url" and not second.prelude and not second.to
                assert all(key in written(each) and other not in written(each) for each in (first, second))
                talk.close()


def package() -> dict[str, Any]:
    row = {"i_seqno": "1", "pay_no": CODES[0], "pay_acct_name": "张<三>&", "pay_acc_no": Secret(CARD)}
    return {"trans_code": "", "cis": "880000000000001", "bank_code": "102", "login_id": "clerk.c.8801",
            "tran_date": "20261124", "tran_time": "003000000", "f_seq_no": KEY, "total_num": "1", "rd": [row]}  # fmt: skip


def test_certificate_serial_and_code_are_the_same_in_address_form_and_xml() -> None:
    made = sealed(post(PATH.replace("submit", "qry"), package()), SETTINGS, NOW)
    form = {name: values[0] for name, values in parse_qs(made.body.decode(), encoding="gbk").items()}
    xml = ElementTree.fromstring(form["reqData"].partition("?>")[2])
    assert made.path == "/servlet/ICBCCMPAPIReqServlet" and made.params["SendTime"] == "20261124003000000"
    assert {made.params["PackageID"], form["PackageID"], xml.findtext("eb/pub/fSeqno")} == {KEY}
    assert {made.params["userID"], form["ID"], xml.findtext("eb/pub/ID")} == {"clerk.c.8801"}
    assert form["TransCode"] == xml.findtext("eb/pub/TransCode") == "QPERINF"
    assert xml.findtext("eb/in/rd/PayAcctName") == "张<三>&" and xml.findtext("eb/in/rd/Portno") == CODES[0]
    assert CARD not in str(made.params) and CARD not in made.path


def test_the_signing_port_gets_the_xml_alone_in_gbk() -> None:
    made = sealed(Request("POST", PATH, package(), prelude=True, to="sign_url"), SETTINGS, NOW)
    assert (made.to, made.path, made.headers["content-type"]) == ("sign_url", "/", "INFOSEC_SIGN/1.0")
    assert made.body == as_xml("ENDIADD", package()).encode("gbk") and "张".encode("gbk") in made.body


@pytest.mark.parametrize("field", ["i_seqno", "pay_no", "pay_acct_no", "order_no", "result", "i_ret_code", "next_tag"])
def test_a_name_goes_there_and_back(field: str) -> None:
    assert field_of(spelled(field)) == field


def test_settings_of_a_way_are_asked_for() -> None:
    partner = TestIcbcLink().partner()
    values = {name: str(value) for name, value in vars(SETTINGS).items() if value is not None}
    assert more_addresses(read_settings(partner, values)) == {"sign_url": "http://nc.company.test:449"}
    with pytest.raises(BadSettings, match="signing port"):
        read_settings(partner, values | {"sign_url": ""})
    with pytest.raises(BadSettings, match="app_id"):
        read_settings(partner, values | {"way": "open"})


def test_a_name_that_gbk_cannot_hold_is_refused_before_anything_leaves() -> None:
    suite = TestIcbcLink()
    [fact] = suite.converse("bind_card", [SIGNED], holder_name="张𠮷").facts
    assert fact.reason == "other" and "U+20BB7" in fact.text  # type: ignore[union-attr]
    with pytest.raises(Refused, match="not_on_this_way"):
        suite.converse("check_card", [SIGNED])
    assert replace(SETTINGS, charset="UTF-8").names_in == "GBK"


NO_ROWS: tuple[str, ...] = (
    "<Zip>x</Zip><NextTag></NextTag>",
    "<NextTag></NextTag>",
    "<Record>1</Record>",
    "",
    "<rd></rd>",
    "<rd>1</rd>",
    "<rd>1</rd><rd><Portno>370100000001</Portno></rd>",
)


@pytest.mark.article("R7.9", "R10.1")
@pytest.mark.parametrize("inner", NO_ROWS)
@pytest.mark.parametrize("verb", ["query_binding", "query_unbinding", "query_delivery", "list_bindings"])
def test_an_answer_without_rows_is_no_empty_list(verb: str, inner: str) -> None:
    answer = said(f"<CMS><eb><pub><RetCode>0</RetCode></pub><out>{inner}</out></eb></CMS>")
    suite = TestIcbcLink()
    for before in range(len(suite.done[verb])):
        with pytest.raises(Unknown):
            suite.converse(verb, [*suite.done[verb][:before], answer, *suite.done[verb][before + 1 :]])


@pytest.mark.article("R10.1")
@pytest.mark.parametrize(
    ("in_force", "deletion", "stated"),
    [
        (no("B0116"), ok(rd=[result(1)]), BindingEnded),
        (no("B0116"), no("B0116"), BindingEnded),
        (no("B0116"), ok(rd=[result(1, "6", i_ret_code="B2022")]), BindingEnded),
        (no("B0116"), ok(rd=[result(1, "98")]), BindingPending),
        (no("B0116"), ok(rd=[result(1, "6", i_ret_code="B9998")]), Unknown),
        (no("B0116"), ok(rd=[result(2)]), Unknown),
        (no("B0116"), ok(rd=[result(1, "77")]), Unknown),
        (no("B0116"), no("-500042"), Unknown),
        (ok(rd=[held(1)]), ok(rd=[result(1)]), BindingPending),
        (ok(rd=[held(1)]), ok(rd=[result(1, "6", i_ret_code="B2022")]), Unknown),
        (ok(rd=[held(1)]), ok(rd=[result(1, "6", i_ret_code="B9998")]), BindingRefused),
        (ok(rd=[held(1)]), no("B0116"), BindingAbsent),
    ],
)
def test_an_ending_needs_the_bank_twice(in_force: Sample, deletion: Sample, stated: type) -> None:
    end = TestIcbcLink().ending("query_unbinding", [in_force, deletion])
    assert isinstance(end.facts[0] if isinstance(end, Played) else end, stated)


def zipped(rows: str, *, more: bytes = b"") -> Sample:
    packed = base64.b64encode(gzip.compress(rows.encode("gb18030")) + more).decode()
    return said(f"<CMS><eb><pub><RetCode>0</RetCode></pub><out><NextTag></NextTag><zip>{packed}</zip></out></eb></CMS>")


def test_rows_in_a_zip_are_read() -> None:
    rows = elements({"rd": [held(1), held(2)]})
    suite = TestIcbcLink()
    plain = suite.converse("list_bindings", suite.done["list_bindings"]).facts
    assert len(plain) == 2 and suite.converse("list_bindings", [zipped(rows)]).facts == plain


def test_a_zip_that_is_none_is_unknown_and_a_bomb_stays_small() -> None:
    row, bomb = elements({"rd": [held(1)]}), elements({"rd": [held(1)]}) * 400_000
    both = ok(zip=base64.b64encode(gzip.compress(row.encode())).decode(), rd=[held(1)])
    hostile = zipped(row, more=b"x")[1], zipped("")[1], zipped("<x>")[1], zipped("<a/>")[1], both[1]
    for body in (*hostile, zipped(bomb)[1], zipped('<!DOCTYPE a [<!ENTITY b "c">]>' + row)[1]):
        tracemalloc.start()
        with pytest.raises(Unknown):
            opened(Reply(200, {}, body))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 40_000_000


def test_five_thousand_altered_answers_are_no_success() -> None:
    chance = random.Random(4)
    whole = ok(serial_no="HQF1", rd=[taken(1)])[1]
    inner = base64.b64decode(whole.partition(b"=")[2])
    for number in range(5000):
        place, kind = chance.randrange(len(inner)), number % 8
        body = {
            0: whole[: chance.randrange(len(whole) - 2)],
            1: b"reqData=" + base64.b64encode(inner[:place]),
            2: b"reqData=" + base64.b64encode(inner.replace(b"<RetCode>0<", b"<RetCode>%d<" % chance.randrange(1, 10**6))),
            3: chance.randbytes(chance.randrange(300)),
            4: b"<html>" * chance.randrange(1, 50),
            5: b"reqData=" + base64.b64encode(b"<a>" * chance.randrange(30, 3000)),
            6: b"reqData=" + base64.b64encode(b'<!DOCTYPE a [<!ENTITY x "y">]>' + inner),
            7: b"errorCode=" + base64.b64encode(chance.randbytes(chance.randrange(40))),
        }[kind]  # fmt: skip
        try:
            content = opened(Reply(200, {}, body))
            judge(content)
        except (Unknown, Refused, Busy, Forged):
            continue
        assert content.get("rd") == [taken(1)], (number, body)  # cut in the line breaks behind the whole answer
