"""ICBC with SM2 signatures and SM4 contents, by setting: against the bank's own process, and against wrong answers."""

import base64
import itertools
import json
import random
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import hub_icbc
import pytest
from hub_icbc.envelope import open_reply, sign
from hub_icbc.settings import Settings

from hub.channels.host import examine
from hub.channels.settings_form import read_settings
from hub.domain.facts import Setback
from hub.plugin import BindingAccepted, BindingLive, Busy, Forged, Reply, Request, Secret, Unknown, Url, post, sm
from hub.testing.play import drive

gmssl_pyx = pytest.importorskip("gmssl_pyx")
PARTNER = examine("icbc", hub_icbc)
NUMBERS = itertools.count(1)
NOW = datetime(2026, 11, 23, 16, 30, tzinfo=UTC)
WHO = {"customer_code": "370100000001", "holder_name": "张三", "card_number": "6212140000000000014", "id_number": ""}
OUR_KEY, GATEWAY_KEY, CONTENT_KEY = "11" * 32, "22" * 32, bytes(range(16))


def public(private: str) -> str:
    return "04" + sm.PrivateKey.from_hex(private).public.to_bytes().hex()


SETTINGS = Settings(
    base_url=Url("https://gw.icbc.test"),
    app_id="8800000000000000001",
    private_key=Secret(OUR_KEY),
    gateway_public_key=public(GATEWAY_KEY),
    cis="880000000000001",
    login_id="clerk.c.8801",
    contract_no="BDP880000001",
    company_account=Secret("8801000109000000017"),
    company_name="示例烟草公司",
    sign_type="SM2",
    encrypt_type="SM4",
    content_key=Secret(base64.b64encode(CONTENT_KEY).decode()),
)


@dataclass
class Bank:
    """A running simulator, and a plain caller of it."""

    process: subprocess.Popen[str]
    url: str
    settings: Any

    def scenario(self, name: str, path: str) -> None:
        """Set a fault."""
        body = json.dumps({"scenario": name, "path": path}).encode()
        with urllib.request.urlopen(self.url + "/_sim/scenario", body, timeout=10) as answer:
            answer.read()

    def ask(self, verb: str, key: str, **values: Any) -> tuple[Any, ...]:
        """A verb carried through; raises Setbacks."""
        now = datetime.now(UTC)
        given = {"key": key, "now": now, "asked_at": now - timedelta(minutes=1), "since": None, "cursor": ""}
        talk = PARTNER.talk(verb, settings=self.settings, **given, **values)
        return drive(talk, lambda request: self.exchange(request, key)).facts

    def exchange(self, request: Request, key: str) -> Any:
        """One exchange."""
        exchange = f"{time.time_ns()}{next(NUMBERS)}"
        sealed = PARTNER.seal(request, self.settings, key, exchange, datetime.now(UTC))
        call = urllib.request.Request(self.url + sealed.path, sealed.body, dict(sealed.headers))
        try:
            with urllib.request.urlopen(call, timeout=10) as answer:
                reply = Reply(answer.status, {}, answer.read())
        except urllib.error.HTTPError as error:
            reply = Reply(error.code, {}, error.read())
        return PARTNER.unseal(reply, self.settings)


@pytest.fixture(params=[("SM2", "SM4"), ("SM2", "none"), ("RSA2", "SM4")], ids="-".join)
def bank(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bank]:
    """A bank of each kind."""
    sign_type, encrypt_type = request.param
    command = [sys.executable, "-m", "hub_icbc.simulator", "--port", "0", "--data", str(tmp_path), "--settle", "0.1"]
    command += ["--sign-type", sign_type, "--encrypt-type", encrypt_type]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    port = json.loads(process.stdout.readline())["port"]
    settings = read_settings(PARTNER, json.loads((tmp_path / "settings.json").read_text()))
    yield Bank(process, f"http://127.0.0.1:{port}", settings)
    process.terminate()
    process.wait(10)


def key() -> str:
    return f"20261123{next(NUMBERS):016d}"


@pytest.mark.article("R7.9")
def test_a_card_is_filed_and_in_force_whatever_the_ciphers(bank: Bank) -> None:
    serial = key()
    assert all(leg.ok for leg in bank.ask("probe", ""))
    assert isinstance(bank.ask("bind_card", serial, **WHO)[0], BindingAccepted)
    time.sleep(0.3)
    assert isinstance(bank.ask("query_binding", serial, **WHO)[0], BindingLive)
    assert len(bank.ask("list_bindings", key())) == 1


@pytest.mark.parametrize(
    ("fault", "setback"),
    [
        ("system_code", Unknown),
        ("cut_body", Unknown | Forged),
        ("unsigned_body", Unknown),
        ("wrong_charset", Unknown),
        ("wrong_signature", Forged),
        ("rotated_key", Forged),
        ("reordered_json", Forged),
        ("rate_limit", Busy),
    ],
)
def test_each_fault_is_what_it_proves(bank: Bank, fault: str, setback: type[Setback]) -> None:
    bank.scenario(fault, "mepbprotocolsubmit")
    with pytest.raises(Setback) as raised:
        bank.ask("bind_card", key(), **WHO)
    assert isinstance(raised.value, setback)


def test_a_signature_of_another_kind_is_turned_away(bank: Bank) -> None:
    if bank.settings.sign_type == "SM2":
        bank.settings = replace(bank.settings, private_key=Secret(OUR_KEY))
        with pytest.raises(Busy) as raised:
            bank.ask("bind_card", key(), **WHO)
        assert raised.value.code == "400017"


def test_what_is_signed_is_the_ciphertext_and_nothing_stands_in_the_clear() -> None:
    request = sign(post("/api/x/V1", {"pay_no": "370100000001"}), SETTINGS, "e01", NOW)
    fields = {name: values[0] for name, values in parse_qs(request.body.decode()).items()}
    assert (fields["sign_type"], fields["encrypt_type"]) == ("SM2", "SM4") and "370100000001" not in fields[
        "biz_content"
    ]
    plain = gmssl_pyx.sm4_cbc_padding_decrypt(CONTENT_KEY, bytes(16), base64.b64decode(fields["biz_content"]))
    assert json.loads(plain) == {"pay_no": "370100000001"}
    text = "/api/x/V1?" + "&".join(f"{name}={fields[name]}" for name in sorted(fields) if name != "sign")
    point = sm.PrivateKey.from_hex(OUR_KEY).public.to_bytes()
    assert gmssl_pyx.sm2_verify(point, text.encode(), base64.b64decode(fields["sign"]))
    assert request == sign(post("/api/x/V1", {"pay_no": "370100000001"}), SETTINGS, "e01", NOW)


def enclosed(raw: str, private: str = GATEWAY_KEY) -> bytes:
    made = sm.to_der(sm.sign(sm.PrivateKey.from_hex(private), raw.encode()))
    return f'{{"response_biz_content":{raw},"sign":"{base64.b64encode(made).decode()}"}}'.encode()


def closed(text: str) -> str:
    return json.dumps(base64.b64encode(sm.cbc_encrypt(CONTENT_KEY, bytes(16), text.encode())).decode())


def test_an_answer_is_verified_and_then_opened() -> None:
    content = {"return_code": 0, "return_msg": "成功"}
    assert open_reply(Reply(200, {}, enclosed(closed(json.dumps(content)))), SETTINGS) == content
    assert open_reply(Reply(200, {}, enclosed(json.dumps(content))), SETTINGS) == content
    for raw, settings in (
        ('"no base64"', SETTINGS),
        (closed("[]"), SETTINGS),
        (closed("{"), SETTINGS),
        ('"AAAA"', SETTINGS),
    ):
        with pytest.raises(Unknown):
            open_reply(Reply(200, {}, enclosed(raw)), settings)
    with pytest.raises(Unknown):
        open_reply(Reply(200, {}, enclosed(closed("{}"))), replace(SETTINGS, encrypt_type="none"))
    with pytest.raises(Forged):
        open_reply(Reply(200, {}, enclosed(closed("{}"), "33" * 32)), SETTINGS)


def test_five_thousand_altered_answers_are_not_believed() -> None:
    chance = random.Random(1)
    whole = enclosed(closed(json.dumps({"return_code": 0, "return_msg": "成功"})))
    start, end = whole.index(b":") + 1, whole.rindex(b'"}')
    for number in range(5000):
        place = chance.randrange(start, end)
        body = chance.choice([
            whole[:place] + bytes([whole[place] ^ 1 << chance.randrange(7)]) + whole[place + 1 :],
            whole[:place],
            whole[: chance.randrange(1, start)] + whole[place:],
            b"[" * chance.randrange(1000, 5000),
            chance.randbytes(chance.randrange(200)),
        ])  # fmt: skip
        with pytest.raises((Unknown, Forged)):
            open_reply(Reply(200, {}, body), SETTINGS)
            pytest.fail(f"number {number}: {body!r}")


@pytest.mark.parametrize(
    "wrong",
    [
        {"private_key": Secret("00")},
        {"gateway_public_key": "04"},
        {"content_key": None},
        {"content_key": Secret("AAAA")},
        {"content_key": Secret("?")},
        {"sign_type": "RSA2"},
    ],
)
def test_keys_that_do_not_fit_are_found_when_they_are_saved(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        replace(SETTINGS, **wrong)
