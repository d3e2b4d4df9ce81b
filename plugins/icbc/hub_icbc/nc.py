"""The second way: XML through the bank's NetSafe client (NC) in the company's own network (notes §1.4).

The same messages in another form: fields keep their meaning; an instruction is first signed by the client's signing
port, a query goes unsigned. TransCodes and field names that are not published are our own convention (README).
"""

import base64
import binascii
import re
import zlib
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from xml.sax.saxutils import escape

from hub.plugin import Busy, Reply, Request, Secret, Unknown, post
from hub.plugin.xml import read_xml

from .settings import BEIJING, Settings

SERVLET = "/servlet/ICBCCMPAPIReqServlet"
VERSION = "0.0.1.0"
SIGN = "INFOSEC_SIGN/1.0"
# The name under which a signing port's answer holds the signature; no XML element can be named so.
SIGNED = "(signed)"
# The link's TransCode for each interface; ENDIDEL and QPERINF are published, the others ours.
CODES = {
    "mepbprotocolsubmit": "ENDIADD",
    "mepbprotocoldel": "ENDIDEL",
    "mepbprotocolimpinstrqry": "QENDIADD",
    "mepbprotocoldelinstrqry": "QENDIDEL",
    "mepbprotocolqry": "QPERINF",
    "mepbprotocolsingleqry": "QPERINF",
}
PUB = {
    "cis": "CIS",
    "bank_code": "BankCode",
    "login_id": "ID",
    "tran_date": "TranDate",
    "tran_time": "TranTime",
    "f_seq_no": "fSeqno",
}
# Fields that do not belong in the message's inner part.
OUTSIDE = frozenset({"trans_code", *PUB})
# Fields whose name on the link does not follow the rule of `spelled`.
NAMES = {"i_seqno": "iSeqno", "pay_no": "Portno", "i_ret_code": "iRetCode", "i_ret_msg": "iRetMsg"}
BACK = {name: field for field, name in NAMES.items()}
# How the signing port's page begins; the title may be empty.
PAGE = re.compile(rb"\s*<html>\s*<head>\s*<title>[^<]{0,40}</title>\s*<result>", re.IGNORECASE)
RESULT = re.compile(rb"<result>\s*(\d{1,9})\s*</result>", re.IGNORECASE)
# Bounded, like the title above, so that a hostile page cannot make a pattern run long.
SIGNATURE = re.compile(rb"<sign>([A-Za-z0-9+/=\s]{1,4000000})</sign>", re.IGNORECASE)
# Bytes of an answer; a full page of 100 rows has some 50,000.
LARGEST = 8 * 1024 * 1024


@dataclass(frozen=True)
class Instruction:
    """A message with what the signing port made of it."""

    content: Mapping[str, Any]
    signed: str


def spelled(field: str) -> str:
    """A field's name on the link: pay_acct_name is PayAcctName."""
    return NAMES.get(field) or "".join(part.capitalize() for part in field.split("_"))


def field_of(name: str) -> str:
    """The field of a name on the link."""
    return BACK.get(name) or re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def trans_code(path: str) -> str:
    """The TransCode of an interface; raises Busy for one that the link does not have: nothing was asked."""
    code = CODES.get(path.split("/")[-2] if path.count("/") > 1 else "")
    if code is None:
        raise Busy("not_on_this_way", "the XML link has no such interface")
    return code


def as_xml(code: str, content: Mapping[str, Any]) -> str:
    """A message as XML. Names were checked before, so GBK can hold it."""
    pub = "".join(element(name, content.get(field, "")) for field, name in PUB.items())
    inner = "".join(element(spelled(field), part) for field, part in content.items() if field not in OUTSIDE)
    named = element("TransCode", code)
    return f'<?xml version="1.0" encoding="GBK"?><CMS><eb><pub>{named}{pub}</pub><in>{inner}</in></eb></CMS>'


def element(name: str, value: Any) -> str:
    """A field, or one element for each row of a list."""
    if isinstance(value, list):
        rows = ("".join(element(spelled(field), one) for field, one in inside.items()) for inside in value)
        return "".join(f"<{name.lower()}>{inside}</{name.lower()}>" for inside in rows)
    shown = value.reveal() if isinstance(value, Secret) else str(value)
    return f"<{name}>{escape(shown)}</{name}>"


def first_signed(path: str, content: Mapping[str, Any]) -> Request:
    """A message to the signing port, which only signs: a prelude, so a lost answer means that nothing was done."""
    return Request("POST", path, content, prelude=True, to="sign_url")


def instruct(path: str, package: Mapping[str, Any]) -> Generator[Request, Any, Any]:
    """An instruction: first signed by the client, which changes nothing, then sent."""
    made = yield first_signed(path, package)
    if not made.get(SIGNED):
        raise Busy("not_signed")
    answer = yield post(path, Instruction(package, made[SIGNED]))
    return answer


def sealed(request: Request, settings: Settings, now: datetime) -> Request:
    """The bytes of a request: the XML alone for the signing port, else the form for the bank's servlet."""
    code = trans_code(request.path)
    content = request.content.content if isinstance(request.content, Instruction) else request.content
    if request.to:
        return at(request, "/").sealed(as_xml(code, content).encode("gbk"), content_type=SIGN)
    serial = str(content["f_seq_no"])
    fields = {
        "Version": VERSION,
        "TransCode": code,
        # ICBC in the People's Bank's list of banks.
        "BankCode": "102",
        "GroupCIS": settings.cis,
        "ID": settings.login_id,
        "PackageID": serial,
        "Cert": "",
        "reqData": request.content.signed if isinstance(request.content, Instruction) else as_xml(code, content),
    }
    body = urlencode(fields, encoding="gbk").encode()
    local = now.astimezone(BEIJING)
    moment = local.strftime("%Y%m%d%H%M%S") + f"{local.microsecond // 1000:03d}"
    params = {"userID": settings.login_id, "PackageID": serial, "SendTime": moment}
    return at(request, SERVLET, params).sealed(body, content_type="application/x-www-form-urlencoded; charset=GBK")


def at(request: Request, path: str, params: Mapping[str, str] | None = None) -> Request:
    """The request at the client's own path."""
    return Request(request.method, path, params=params or {}, prelude=request.prelude, to=request.to)


def opened(reply: Reply) -> dict[str, Any]:
    """What came back: a signature, or the answer's fields as the open platform names them. Raises Unknown or Busy."""
    if len(reply.body) > LARGEST:
        raise Unknown("too_large")
    if PAGE.match(reply.body):
        return {SIGNED: signature_of(reply.body)}
    name, _, packed = reply.body.partition(b"=")
    try:
        plain = base64.b64decode(re.sub(rb"\s", b"", packed), validate=True)
        text = plain.decode("gb18030")
    except (binascii.Error, ValueError):
        raise Unknown("not_an_answer") from None
    if name.strip() == b"errorCode":
        raise Unknown("error_code", text[:200])
    if name.strip() != b"reqData":
        raise Unknown("not_an_answer")
    # Without its declaration, which names GBK although the text is decoded already.
    return fields_of(read_xml(re.sub(r"^\s*<\?xml[^>]{0,100}\?>", "", text, count=1)))


def signature_of(body: bytes) -> str:
    """What the signing port made. Raises Unknown if it has no key, which the hub takes for Busy after a prelude."""
    outcome, made = RESULT.search(body), SIGNATURE.search(body)
    if outcome is None or int(outcome[1]) != 0 or made is None or not made[1].strip():
        raise Unknown(f"sign_{outcome[1].decode() if outcome else 'unread'}")
    return re.sub(rb"\s", b"", made[1]).decode()


def fields_of(root: Mapping[str, Any]) -> dict[str, Any]:
    """The answer's fields; raises Unknown when it is not built as the link's answers are."""
    eb = root.get("eb")
    pub = eb.get("pub") if isinstance(eb, dict) else None
    if not isinstance(eb, dict) or not isinstance(pub, dict) or not isinstance(pub.get("RetCode"), str):
        raise Unknown("no_return_code")
    out = eb.get("out")
    inside = out if isinstance(out, dict) else {}
    fields: dict[str, Any] = {field_of(name): text for name, text in inside.items() if isinstance(text, str)}
    rows = rows_of(inside)
    fields.pop("rd", None)
    if rows is not None:
        fields["rd"] = rows
    return {**fields, "return_code": pub["RetCode"], "return_msg": str(pub.get("RetMsg", ""))}


def rows_of(inside: Mapping[str, Any]) -> list[dict[str, str]] | None:
    """The rows of an answer, plain or zipped; None if it has none, which is not an empty list.

    On this way only the code B0116 says "none". Raises Unknown for rows that are not records, and for both forms at
    once.
    """
    packed = next((inside[name] for name in inside if name.lower() == "zip"), None)
    if packed is not None:
        if "rd" in inside or not isinstance(packed, str):
            raise Unknown("not_understood")
        inside = {"rd": (), **read_xml(f"<out>{unzipped(packed)}</out>")}
    if "rd" not in inside:
        return None
    rows = inside["rd"] if isinstance(inside["rd"], list) else [inside["rd"]]
    if not all(isinstance(fields, dict) for fields in rows):
        raise Unknown("no_rows")
    return [{field_of(name): text for name, text in fields.items() if isinstance(text, str)} for fields in rows]


def unzipped(packed: str) -> str:
    """Rows that came as gzip in base64 (notes §1.4): one whole stream of at most LARGEST bytes. Raises Unknown."""
    # | 16: only a gzip header is accepted, neither zlib's nor a raw stream.
    stream = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        # Bounded while unpacking: a few kilobytes could otherwise become gigabytes.
        plain = stream.decompress(base64.b64decode(re.sub(r"\s", "", packed), validate=True), LARGEST)
        if not stream.eof or stream.unused_data:
            raise Unknown("too_large" if stream.unconsumed_tail else "not_unzipped")
        return plain.decode("gb18030")
    except (zlib.error, ValueError):
        raise Unknown("not_unzipped") from None
