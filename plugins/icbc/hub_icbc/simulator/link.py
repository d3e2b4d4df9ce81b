"""The XML link: the bank behind its client in the company's network, with a signing port beside it (notes §1.4).

Written from the notes, without the plugin. The signing port's blob, the TransCodes of the import and of its result,
and the numbers behind refusals at the door are our own convention.
"""

import base64
import binascii
import gzip
import re
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from hub.simulation import Call, Said, Simulated, layout

from .gateway import BEIJING, WINDOW, Turned
from .interfaces import NO_SERIAL, REPEATED, Bank
from .server import NOT_DONE, Icbc
from .signers import Signer

INSTRUCTIONS = {"ENDIADD": "mepbprotocolsubmit", "ENDIDEL": "mepbprotocoldel"}
QUESTIONS = {"QENDIADD": "mepbprotocolimpinstrqry", "QENDIDEL": "mepbprotocoldelinstrqry"}
FROM_WIRE = {
    "CIS": "cis",
    "ID": "login_id",
    "fSeqno": "f_seq_no",
    "Portno": "pay_no",
    "iSeqno": "i_seqno",
    "iRetCode": "i_ret_code",
    "iRetMsg": "i_ret_msg",
}
TO_WIRE = {field: name for name, field in FROM_WIRE.items()}
# The link's own codes for what the open platform answers otherwise.
OLDER = {REPEATED: "B0012", NO_SERIAL: "B0116", "80008006": "B0116"}
ERROR = "通讯异常"


class SigningPort(Simulated):
    """The client's signing port: it signs whatever comes from inside."""

    def __init__(self, bank: Bank, signer: Signer) -> None:
        super().__init__(bank.ledger, bank.script)
        self.signer = signer

    def interface(self, call: Call) -> str:
        """One interface, by which faults are set."""
        return "sign"

    def answer(self, call: Call) -> Said:
        """The text with its signature, as one blob of base64; a number other than 0 when the key is not there."""
        if call.headers.get("content-type") != "INFOSEC_SIGN/1.0":
            return signed(1, "")
        if call.fault in NOT_DONE or call.fault == "system_code":
            return signed(7001, "")
        blob = call.body + b"\0" + self.signer.sign(call.body, wrong_key=call.fault == "wrong_signature").encode()
        return signed(0, base64.encodebytes(blob).decode())

    def report(self) -> dict[str, Any]:
        """Nothing: the port keeps no agreements."""
        return {}

    def page(self, at: float) -> str:
        """A page that says what this is; the bank's clerk sits at the bank's own port."""
        return layout("模拟工商银行 · 签名端口", "#c8102e", self.script.names())


def signed(result: int, blob: str) -> Said:
    """The port's answer."""
    page = f"<html><head><title>sign</title><result>{result}</result></head><body><sign>{blob}</sign></body></html>"
    return Said(page.encode(), kind="INFOSEC_SIGN_RESULT/1.0")


class IcbcLink(Icbc):
    """The bank by XML."""

    def __init__(self, bank: Bank, gateway: Any, signer: Signer) -> None:
        super().__init__(bank, gateway)
        self.signer = signer

    def interface(self, call: Call) -> str:
        """The interface of the TransCode; the payer list is asked for one payer or for all."""
        with suppress(Turned):
            fields = form(call.body)
            code = fields.get("TransCode", "")
            # One TransCode for both interfaces of the open platform: the payer's number in it tells which is meant.
            if code == "QPERINF":
                return "mepbprotocolsingleqry" if "<Portno>" in fields.get("reqData", "") else "mepbprotocolqry"
            return {**INSTRUCTIONS, **QUESTIONS}.get(code, "")
        return ""

    def customers(self, call: Call) -> Iterable[str]:
        """The payer numbers that a call names."""
        with suppress(Turned):
            content = read(self._xml(form(call.body)))
            return [str(entry.get("pay_no", "")) for entry in content.get("rd") or [content]]
        return []

    def answer(self, call: Call) -> Said:
        """Check the three places that must agree, the signature of an instruction, then do the business."""
        if call.fault in NOT_DONE:
            return reply(self._named({}, *NOT_DONE[call.fault]))
        content: dict[str, Any] = {}
        try:
            fields = form(call.body)
            content = read(self._xml(fields))
            moment = self.now() + (timedelta(minutes=10) if call.fault == "clock_off" else timedelta())
            self._check(call, fields, content, moment)
            business = self.bank.call(self.interface(call), content, call.at)
        except Turned as turned:
            return reply(self._named(content, OLDER.get(str(turned.code), turned.code), turned.text))
        return self._spoilt(self._named(content, "0", "success", business), call.fault)

    def _xml(self, fields: dict[str, str]) -> str:
        data = fields.get("reqData", "")
        if fields.get("TransCode") not in INSTRUCTIONS:
            return data
        try:
            # Our own blob (text, a zero byte, the signature), since the real one is not published.
            text, _, signature = base64.b64decode(data, validate=True).partition(b"\0")
            genuine = any(self.signer.genuine(text, signature.decode(), kind) for kind in self.signer.kinds)
            if not genuine:
                raise Turned(400017, "signature check failed")
            return text.decode("gbk")
        except (binascii.Error, UnicodeDecodeError):
            raise Turned(400017, "an instruction must be signed") from None

    def _check(self, call: Call, fields: dict[str, str], content: dict[str, Any], moment: datetime) -> None:
        # Address, form and XML each name serial and caller: all three must agree.
        same = {call.query.get("PackageID"), fields.get("PackageID"), content.get("f_seq_no")}
        who = {call.query.get("userID"), fields.get("ID"), content.get("login_id")}
        if len(same) != 1 or len(who) != 1 or fields.get("TransCode") != content.get("trans_code"):
            raise Turned(9990, "PackageID, ID or TransCode differ between address, form and XML")
        try:
            sent = datetime.strptime(call.query.get("SendTime", "")[:14], "%Y%m%d%H%M%S").replace(tzinfo=BEIJING)
        except ValueError:
            raise Turned(400011, "bad SendTime") from None
        if abs(sent - moment) > WINDOW:
            raise Turned(400011, "clock outside the allowed difference")

    def _named(self, content: dict[str, Any], code: object, text: str, found: dict[str, Any] | None = None) -> str:
        pub = {"TransCode": content.get("trans_code", ""), "fSeqno": content.get("f_seq_no", "")}
        pub |= {"RetCode": code, "RetMsg": text}
        out = "" if found is None else f"<out>{write(found)}</out>"
        return f"<CMS><eb><pub>{write(pub)}</pub>{out}</eb></CMS>"

    def _spoilt(self, xml: str, fault: str | None) -> Said:
        """The answer as the fault leaves it; the work is done by now."""
        if fault in ("system_code", "wrong_signature", "rotated_key"):
            return Said(b"errorCode=" + base64.encodebytes(ERROR.encode("gbk")), kind="text/html;charset=GBK")
        if fault == "unsigned_body":
            return Said(xml.encode("gbk"), kind="text/xml")
        if fault == "return_code_string":
            xml = xml.replace("<RetCode>0<", "<RetCode>02313<")
        if fault == "row_missing_in_reply":
            # The last row alone: the one that stands right before the end of `out`.
            xml = re.sub(r"<rd>(?:(?!<rd>).)*</rd>(?=</out>)", "", xml)
        if fault == "zipped_rows":
            xml = re.sub("(<rd>.*</rd>)", lambda rows: f"<zip>{packed(rows[1])}</zip>", xml)
        return reply(xml)


def packed(rows: str) -> str:
    """Rows as the bank sends many of them: gzip in base64."""
    return base64.b64encode(gzip.compress(rows.encode("gb18030"))).decode()


def form(body: bytes) -> dict[str, str]:
    """The form's fields in GBK; raises Turned."""
    try:
        fields = parse_qs(body.decode("ascii"), keep_blank_values=True, encoding="gbk", errors="strict")
    except (UnicodeDecodeError, ValueError):
        raise Turned(9990, "the form cannot be read") from None
    return {name: values[0] for name, values in fields.items()}


def read(xml: str) -> dict[str, Any]:
    """A message's fields, rows as `rd`; raises Turned."""
    try:
        # Without its declaration, which names GBK although the text is decoded already.
        root = ElementTree.fromstring(re.sub(r"^<\?xml[^>]*\?>", "", xml))
    except ElementTree.ParseError:
        raise Turned("B0110", "the XML cannot be read") from None
    pub, inner = root.find("eb/pub"), root.find("eb/in")
    if pub is None or inner is None:
        raise Turned("B0110", "pub or in is missing")
    content = plain(pub) | plain(inner)
    rows = inner.findall("rd")
    return content | ({"rd": [plain(entry) for entry in rows]} if rows else {})


def plain(element: ElementTree.Element) -> dict[str, Any]:
    """The leaves of an element by our books' names."""
    return {
        FROM_WIRE.get(child.tag) or re.sub(r"(?<!^)([A-Z])", r"_\1", child.tag).lower(): child.text or ""
        for child in element
        if len(child) == 0
    }


def write(content: dict[str, Any]) -> str:
    """Fields as elements, by the link's names."""
    parts = []
    for field, value in content.items():
        if isinstance(value, list):
            parts += [f"<{field}>{write(entry)}</{field}>" for entry in value]
            continue
        name = TO_WIRE.get(field) or (field if field[:1].isupper() else "".join(map(str.capitalize, field.split("_"))))
        name = "fSeqno" if field == "fSeqno" else name
        parts.append(f"<{name}>{escape(str(value if value is not None else ''))}</{name}>")
    return "".join(parts)


def reply(xml: str) -> Said:
    """An answer as the servlet gives it: base64 with line breaks, GBK inside."""
    text = '<?xml version="1.0" encoding="GBK"?>' + xml
    return Said(b"reqData=" + base64.encodebytes(text.encode("gb18030")), kind="text/html;charset=GBK")
