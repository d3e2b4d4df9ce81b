"""ICBC against the inherited suite, and what is ICBC's alone: envelope, codes, results that are not yet decided."""

import base64
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

import hub_icbc
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from hub_icbc.envelope import open_reply, sign, signing_string
from hub_icbc.messages import AREA
from hub_icbc.settings import Settings

from hub.channels.settings_form import BadSettings, more_addresses, read_settings
from hub.plugin import (
    BindingAbsent,
    BindingAccepted,
    BindingEnded,
    BindingLive,
    BindingPending,
    BindingRefused,
    Busy,
    Fact,
    Forged,
    ProbeLeg,
    Refused,
    Reply,
    Request,
    Secret,
    Unknown,
    Url,
)
from hub.testing import PluginSuite, Sample, play
from hub.testing.play import as_reply

OURS, GATEWAY = (rsa.generate_private_key(65537, 2048) for _ in range(2))
CARD, OTHER = "6212140000000000018", "6212140000000000026"
CODES = "370100000001", "370100000002"
NOW = datetime(2026, 11, 23, 16, 30, tzinfo=UTC)
ASKED = NOW - timedelta(days=1)
KEY = "202611230900001234567890"


def pem_of(key: rsa.RSAPrivateKey) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


def public_pem_of(key: rsa.RSAPrivateKey) -> str:
    public = key.public_key()
    return public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()


SETTINGS = Settings(
    base_url=Url("https://gw.icbc.test"),
    app_id="8800000000000000001",
    private_key=Secret(pem_of(OURS)),
    gateway_public_key=public_pem_of(GATEWAY),
    cis="880000000000001",
    login_id="clerk.c.8801",
    contract_no="BDP880000001",
    company_account=Secret("8801000109000000017"),
    company_name="示例烟草公司",
)


def enclosed(content: Any, *, digest: hashes.HashAlgorithm | None = None) -> Sample:
    """A content as the gateway signs it: over the raw characters of the content."""
    text = json.dumps(content, ensure_ascii=False, separators=(", ", ": "))
    signature = GATEWAY.sign(text.encode(), padding.PKCS1v15(), digest or hashes.SHA1())
    return 200, f'{{"response_biz_content":{text},"sign":"{base64.b64encode(signature).decode()}"}}'.encode()


def ok(**content: Any) -> dict[str, Any]:
    return {"return_code": 0, "return_msg": "success", "msg_id": "1", **content}


def no(code: object, text: str = "") -> Sample:
    return enclosed({"return_code": code, "return_msg": text})


def taken(number: int, result: str = "0", **more: str) -> dict[str, str]:
    return {"i_seqno": str(number), "pay_no": CODES[number - 1], "order_no": f"O{number}", "result": result, **more}


def result(number: int, state: str = "7", **more: str) -> dict[str, str]:
    card = (CARD, OTHER)[number - 1]
    return {"pay_no": CODES[number - 1], "pay_acct_no": card, "result": state, "i_ret_code": "0", **more}


def held(number: int, **more: str) -> dict[str, str]:
    card = (CARD, OTHER)[number - 1]
    agreement = {
        "agreement_no": f"BDP00000000{number}",
        "pay_no": CODES[number - 1],
        "pay_acct_no": card,
        "status": "1",
    }
    return agreement | more


class TestIcbc(PluginSuite):
    """Every promise of the contract."""

    plugin = hub_icbc
    settings = SETTINGS
    fields = {
        "customer_code": CODES[0],
        "holder_name": "张三",
        "card_number": CARD,
        "id_number": "37010019900101001X",
    }
    rows = (fields, {**fields, "customer_code": CODES[1], "holder_name": "李四", "card_number": OTHER})
    signed = True
    done = {
        "probe": [no("80008006")],
        "check_card": [enclosed(ok(crdeflag="0", cardkind="021", cardstat="0"))],
        "bind_card": [enclosed(ok(serial_no="HQF1", rd=[taken(1)]))],
        "query_binding": [enclosed(ok(rd=[result(1)], next_tag="")), enclosed(ok(rd=[held(1)]))],
        "unbind_card": [enclosed(ok(serial_no="HQF2", rd=[{"i_seqno": "1", "order_no": "O1", "result": "0"}]))],
        "query_unbinding": [
            no("80008006", "agreement does not exist"),
            enclosed(ok(rd=[result(1)], next_tag="")),
        ],
        "query_binding_in_force": [enclosed(ok(rd=[held(1)]))],
        "deliver_agreements": [enclosed(ok(serial_no="HQF3", rd=[taken(1), taken(2)]))],
        "query_delivery": [
            enclosed(ok(rd=[result(1), result(2)], next_tag="")),
            enclosed(ok(rd=[held(1), held(2)], next_tag="")),
        ],
        "list_bindings": [enclosed(ok(rd=[held(1), held(2)], next_tag=""))],
    }
    refused = {
        "bind_card": [no("B2043", "户名不符")],
        "deliver_agreements": [enclosed(ok(rd=[taken(1, "6", i_ret_code="B2658"), taken(2, "6")]))],
        "unbind_card": [no("9990")],
        "check_card": [no("B2024")],
    }
    busy = (no(500031), no("500032"), no(5205), no(400011), (429, b""), (503, b""))
    garbage = (
        no(-500042),
        no("-31"),
        no("02313"),
        no(404404),
        no("B0012"),
        (200, json.dumps({"response_biz_content": ok(rd=[])}).encode()),
        (200, enclosed(ok())[1].replace(b'"sign":"', b'"sign":"A')),
        (200, enclosed(ok(rd=[]))[1][:-40]),
    )

    def enclose(self, content: Any) -> Sample:
        return enclosed(content)

    def open(self, sample: Sample) -> Any:
        try:
            return super().open(sample)
        except Refused:
            return json.loads(sample[1])["response_biz_content"]


# Envelope


def form_of(request: Request) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(request.body.decode(), keep_blank_values=True).items()}


def test_what_is_signed_is_the_path_and_the_sorted_fields_not_url_encoded() -> None:
    sealed = sign(Request("POST", "/api/a/b/V1", {"name": "张 三&+"}), SETTINGS, "exchange-01", NOW)
    fields = form_of(sealed)
    text = signing_string("/api/a/b/V1", fields)
    assert text.startswith('/api/a/b/V1?app_id=8800000000000000001&biz_content={"name":"张 三&+"}&charset=UTF-8&')
    assert fields["timestamp"] == "2026-11-24 00:30:00"
    assert fields["msg_id"] == "exchange-01"
    signature = base64.b64decode(fields["sign"])
    OURS.public_key().verify(signature, text.encode(), padding.PKCS1v15(), hashes.SHA256())
    encoded = sealed.body.split(b"&sign=")[0]
    with pytest.raises(InvalidSignature):
        OURS.public_key().verify(signature, b"/api/a/b/V1?" + encoded, padding.PKCS1v15(), hashes.SHA256())


def test_empty_fields_and_the_signature_are_not_signed() -> None:
    assert signing_string("/p", {"b": "2", "a": "1", "c": "", "": "x", "sign": "s"}) == "/p?a=1&b=2"


def test_rsa_signs_with_sha1_and_gbk_is_signed_as_gbk() -> None:
    settings = replace(SETTINGS, sign_type="RSA", charset="GBK")
    sealed = sign(Request("POST", "/p", {"name": "张三"}), settings, "e", NOW)
    fields = {name: values[0] for name, values in parse_qs(sealed.body.decode(), encoding="GBK").items()}
    assert fields["biz_content"] == '{"name":"张三"}'
    text = signing_string("/p", fields).encode("GBK")
    OURS.public_key().verify(base64.b64decode(fields["sign"]), text, padding.PKCS1v15(), hashes.SHA1())


def test_a_reply_is_verified_over_its_raw_characters() -> None:
    content = ok(note="中", rd=[])
    status, body = enclosed(content)
    assert open_reply(Reply(status, {}, body), SETTINGS) == content
    again = json.dumps(json.loads(body), ensure_ascii=False, separators=(",", ":")).encode()
    escaped = body.replace("中".encode(), b"\\u4e2d")
    reordered = body.replace(b'"return_code": 0, "return_msg": "success"', b'"return_msg": "success", "return_code": 0')
    for changed in (again, escaped, reordered):
        assert changed != body
        with pytest.raises(Forged):
            open_reply(Reply(200, {}, changed), SETTINGS)


def test_the_reply_hash_is_a_setting() -> None:
    strong = replace(SETTINGS, reply_hash="SHA256")
    reply = as_reply(enclosed(ok(), digest=hashes.SHA256()))
    assert open_reply(reply, strong)["return_code"] == 0
    with pytest.raises(Forged):
        open_reply(reply, SETTINGS)


def test_a_resting_time_is_believed_up_to_an_hour() -> None:
    for header, rest in (("7", timedelta(seconds=7)), ("99999", timedelta(hours=1)), ("soon", None), ("²", None)):
        with pytest.raises(Busy) as busy:
            open_reply(Reply(503, {"retry-after": header}, b""), SETTINGS)
        assert busy.value.retry_after == rest


def test_keys_that_cannot_be_read_are_named_when_the_settings_are_saved() -> None:
    texts = {"private_key": "nonsense", "gateway_public_key": SETTINGS.gateway_public_key}
    values = {name: str(value) for name, value in vars(SETTINGS).items() if value is not None} | texts
    with pytest.raises(BadSettings, match="private_key: no private key in PEM or base64") as bad:
        read_settings(TestIcbc().partner(), values)
    assert "nonsense" not in str(bad.value)
    assert more_addresses(SETTINGS) == {}


# Talks


def talk(verb: str, *answers: object, settings: Settings = SETTINGS, **values: Any) -> Any:
    given = {**TestIcbc.fields, "key": KEY, "now": NOW, "asked_at": ASKED, "since": ASKED, **values}
    partner = TestIcbc().partner()
    if verb in partner.row_types:
        numbered = [{**row, "row_no": str(number)} for number, row in enumerate(TestIcbc.rows, start=1)]
        given["agreements"] = partner.rows(verb, numbered)
    return play(partner.talk(verb, settings=settings, **given), answers)


def test_a_package_is_filed_under_our_serial_with_what_the_bank_needs() -> None:
    [request] = talk("deliver_agreements", ok(serial_no="H", rd=[taken(1), taken(2)])).requests
    content = request.content
    assert request.path == f"{AREA}/mepbprotocolsubmit/V1"
    assert (content["f_seq_no"], content["total_num"], content["tran_date"]) == (KEY, "2", "20261124")
    assert [row["i_seqno"] for row in content["rd"]] == ["1", "2"]
    assert content["rd"][0]["pay_acc_no"] == Secret(CARD)


def test_done_at_once_is_accepted_all_the_same() -> None:
    played = talk("bind_card", ok(serial_no="H", rd=[taken(1, "7")]))
    assert played.facts == (BindingAccepted(CODES[0], reference="H O1", row_no="1"),)


@pytest.mark.parametrize("state", ["", "77", "x"])
def test_a_result_in_no_table_is_no_fact(state: str) -> None:
    assert talk("bind_card", ok(rd=[taken(1, state)])).facts == ()
    with pytest.raises(Unknown):
        talk("query_binding", ok(rd=[result(1, state)]), Refused("80008006"))


@pytest.mark.parametrize("state", ["0", "1", "2", "3", "4", "5", "9", "10", "20", "86", "95", "98"])
def test_what_is_not_decided_is_pending(state: str) -> None:
    [fact] = talk("query_binding", ok(rd=[result(1, state)])).facts
    assert isinstance(fact, BindingPending) and fact.code == state


@pytest.mark.parametrize("state", ["6", "8", "11"])
def test_what_is_refused_says_why(state: str) -> None:
    answer = ok(rd=[result(1, state, i_ret_code="B2303", i_ret_msg="手机号不符")])
    assert talk("query_binding", answer).facts == (BindingRefused(CODES[0], "phone_mismatch", "B2303", "手机号不符"),)


def test_done_counts_only_when_the_list_in_force_shows_it() -> None:
    done = ok(rd=[result(1)])
    assert talk("query_binding", done, ok(rd=[held(1)])).facts == (BindingLive(CODES[0], "BDP000000001", "0018"),)
    for nothing in (Refused("80008006"), ok(rd=[]), ok(rd=[held(1, status="2")])):
        [fact] = talk("query_binding", done, nothing).facts
        assert isinstance(fact, BindingPending)
    with pytest.raises(Unknown):
        talk("query_binding", done, ok(rd=[held(2)]))


def test_another_card_in_force_is_reported_with_its_ending() -> None:
    [fact] = talk("query_binding", ok(rd=[result(1)]), ok(rd=[held(1, pay_acct_no=OTHER)])).facts
    assert isinstance(fact, BindingLive) and fact.card_ending == "0026"


def test_no_such_serial_is_absent_unless_our_card_is_in_force() -> None:
    none = Refused("96110116")
    assert talk("query_binding", none, Refused("80008006")).facts == (BindingAbsent(CODES[0]),)
    assert talk("query_binding", none, ok(rd=[held(1, pay_acct_no=OTHER)])).facts == (BindingAbsent(CODES[0]),)
    [fact] = talk("query_binding", none, ok(rd=[held(1)])).facts
    assert isinstance(fact, BindingLive)


def test_a_known_serial_without_our_row_is_doubt_not_absence() -> None:
    with pytest.raises(Unknown):
        talk("query_binding", ok(rd=[]), Refused("80008006"))
    assert talk("query_delivery", ok(rd=[])).facts == ()


def test_pages_are_followed_under_serials_of_their_own() -> None:
    pages = [ok(rd=[result(2, "4")], next_tag="1"), ok(rd=[result(1, "4")], next_tag="")]
    played = talk("query_delivery", *pages)
    assert {fact.row_no for fact in played.facts if isinstance(fact, Fact)} == {"1", "2"}
    serials = [request.content["f_seq_no"] for request in played.requests]
    assert len(set(serials)) == 2 and KEY not in serials and all(len(serial) <= 35 for serial in serials)
    assert [request.content["qryf_seqno"] for request in played.requests] == [KEY, KEY]
    assert [request.content["next_tag"] for request in played.requests] == ["", "1"]
    assert played.requests[0].content["start_date"] == "20261123"


def test_no_question_goes_under_the_serial_of_a_package() -> None:
    for verb, samples in TestIcbc.done.items():
        if verb.startswith(("query_", "list_", "probe")):
            requests = TestIcbc().converse(verb, samples, key=KEY).requests
            assert all(KEY not in request.content["f_seq_no"] for request in requests), verb


def test_a_list_that_goes_round_is_given_up() -> None:
    with pytest.raises(Unknown, match="endless_list"):
        talk("query_delivery", *[ok(rd=[], next_tag=tag) for tag in ("1", "2", "1")])
    with pytest.raises(Unknown, match="endless_list"):
        talk("query_delivery", *[ok(rd=[], next_tag=str(number)) for number in range(1, 300)])


def test_two_cards_of_one_customer_in_a_package_are_told_apart() -> None:
    rows = [{**TestIcbc.fields, "row_no": "1"}, {**TestIcbc.fields, "row_no": "2", "card_number": OTHER}]
    partner = TestIcbc().partner()
    values = {"key": KEY, "settings": SETTINGS, "now": NOW, "asked_at": ASKED}
    answer = ok(rd=[{**result(2, "4"), "pay_no": CODES[0]}])
    played = play(partner.talk("query_delivery", agreements=partner.rows("query_delivery", rows), **values), [answer])
    assert [fact.row_no for fact in played.facts if isinstance(fact, Fact)] == ["2"]


@pytest.mark.parametrize("changes", [{"agreement_no": ""}, {"pay_acct_no": "1"}, {"status": "7"}, {"status": ""}])
def test_a_line_of_the_list_that_is_not_understood_is_named_and_not_left_out(changes: dict[str, str]) -> None:
    """Left out, it would count as missing, and after two lists the account as ended."""
    first = held(1, **changes)
    read = talk("list_bindings", ok(rd=[first, held(2), held(1, status="2"), None], next_tag=""), cursor="")
    assert [fact.customer_code for fact in read.facts] == [CODES[1]]
    odd, null = read.unread
    assert (odd.agreement_no, odd.customer_code) == (first["agreement_no"], CODES[0])
    assert (null.agreement_no, null.customer_code) == ("", "")


def test_a_name_that_gbk_cannot_hold_is_refused_by_row_and_never_sent() -> None:
    gbk = replace(SETTINGS, charset="GBK")
    played = talk("bind_card", settings=gbk, holder_name="张𠮷")
    assert played.requests == ()
    assert played.facts == (BindingRefused(CODES[0], "other", "charset", "𠮷 (U+20BB7)", row_no="1"),)
    assert talk("bind_card", ok(rd=[taken(1)]), holder_name="张𠮷").requests


def test_a_missing_company_contract_refuses_no_customer() -> None:
    for verb in ("bind_card", "deliver_agreements", "unbind_card"):
        with pytest.raises(Busy):
            talk(verb, Refused("80008006"))


def test_an_ending_that_is_so_already_is_an_end() -> None:
    gone = {"i_seqno": "1", "result": "6", "i_ret_code": "B2022"}
    assert talk("unbind_card", ok(rd=[gone])).facts == (BindingEnded(CODES[0], "B2022"),)
    assert talk("unbind_card", Refused("B2022")).facts == (BindingEnded(CODES[0], "B2022"),)
    other, done = ok(rd=[held(1, pay_acct_no=OTHER)]), ok(rd=[result(1)])
    assert talk("query_unbinding", other, done).facts == (BindingEnded(CODES[0]),)
    assert talk("query_unbinding", ok(rd=[held(1)]), Refused("96110116")).facts == (BindingAbsent(CODES[0]),)
    assert talk("query_unbinding", ok(rd=[held(1)]), ok(rd=[result(1, "0")])).facts == (BindingPending(CODES[0]),)


@pytest.mark.parametrize(("code", "leg"), [("400011", "clock"), ("400017", "login"), ("500091", "permission")])
def test_the_probe_says_which_leg_failed(code: str, leg: str) -> None:
    conversation = TestIcbc().partner().talk("probe", settings=SETTINGS, now=NOW)
    next(conversation)
    with pytest.raises(StopIteration) as end:
        conversation.throw(Busy(code, "said"))
    assert end.value.value[-1] == ProbeLeg(leg, False, f"{code} said")
    assert all(each.ok for each in end.value.value[:-1])


@pytest.mark.article("R7.9", "I7")
def test_what_is_in_force_is_whatever_card_the_bank_holds_and_its_none_is_an_end() -> None:
    """Asked under a serial that the bank never saw: no result of a serial is looked up."""
    other = {**held(1), "pay_acct_no": OTHER}
    assert talk("query_binding_in_force", ok(rd=[other])).facts == (BindingLive(CODES[0], "BDP000000001", OTHER[-4:]),)
    assert talk("query_binding_in_force", Refused("96110116")).facts == (BindingEnded(CODES[0]),)
    assert talk("query_binding_in_force", ok(rd=[held(1, status="2")])).facts == (BindingEnded(CODES[0]),)
    with pytest.raises(Unknown):
        talk("query_binding_in_force", ok(rd=[held(2)]))
