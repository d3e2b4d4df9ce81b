"""What partners answer is read in one way, whoever the partner is: strictly, and what is odd proves nothing."""

import ast
from collections import defaultdict
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from hub.plugin import Unknown, plain_at, read_json, text_at, wait_wanted
from hub.plugin.reading import LARGEST
from hub.plugin.rsa_keys import private_key, public_key
from tests.house.sources import Function, product


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b'{"a": 1, "a": 2}', "doubled_name"),
        (b'{"a": {"b": 1, "b": 1}}', "doubled_name"),
        (b'{"a": NaN}', "not_json"),
        (b"[1]", "not_an_object"),
        (b'{"a": ', "not_json"),
        (b"[" * 100_000, "not_json"),
        ('{"a": "中"}'.encode("gbk"), "charset"),
        (b" " * (LARGEST + 1), "too_large"),
    ],
)
def test_json_that_can_be_read_in_two_ways_or_in_none_proves_nothing(body: bytes, code: str) -> None:
    with pytest.raises(Unknown) as unknown:
        read_json(body)
    assert unknown.value.code == code


def test_an_object_is_read_from_bytes_and_from_text() -> None:
    assert read_json('{"a": "中"}'.encode()) == read_json('{"a": "中"}') == {"a": "中"}


def test_a_text_is_a_text_and_a_plain_value_a_number_too() -> None:
    answer = {"text": " 0 ", "number": 0, "truth": True, "list": ["0"]}
    assert [text_at(answer, name) for name in (*answer, "none")] == ["0", "", "", "", ""]
    assert [plain_at(answer, name) for name in (*answer, "none")] == ["0", "0", "", "", ""]
    assert text_at(None, "text") == plain_at([], "text") == ""


@pytest.mark.parametrize(
    ("seconds", "wait"), [("7", timedelta(seconds=7)), ("999999999", timedelta(hours=1)), ("-1", None), ("soon", None)]
)
def test_a_partner_is_waited_for_as_long_as_it_asks_and_never_longer_than_an_hour(
    seconds: str, wait: timedelta | None
) -> None:
    assert wait_wanted({"retry-after": seconds}) == wait
    assert wait_wanted({"x-ratelimit-reset": seconds}, "x-ratelimit-reset", "retry-after") == wait


def test_keys_are_rsa_keys_in_pem_and_never_repeated_in_an_error() -> None:
    key = rsa.generate_private_key(65537, 2048)
    other = ec.generate_private_key(ec.SECP256R1())
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    wrong = other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    assert private_key(pem).public_key() == public_key(public)
    for text in ("no key", wrong):
        with pytest.raises(ValueError, match=r"^own_key: no ") as refused:
            private_key(text, "own_key")
        assert text not in str(refused.value)
        with pytest.raises(ValueError, match=r"^their_key: no "):
            public_key(text, "their_key")


def test_no_two_plugins_write_the_same_function() -> None:
    """What two plugins need stands in hub.plugin; simulators are written from the partners' documents, each alone."""
    bodies: dict[str, set[str]] = defaultdict(set)
    for source in product():
        if source.path.startswith("plugins/") and "/simulator/" not in source.path:
            for function in source.functions():
                if (function.end_lineno or 0) - function.lineno >= 4:
                    bodies[_shape(function)].add(f"{source.path.split('/')[1]}: {function.name}")
    doubles = [names for names in bodies.values() if len({name.split(":")[0] for name in names}) > 1]
    assert not doubles


def _shape(function: Function) -> str:
    """The body without its docstring and without the names of its locals."""
    tree = ast.parse(ast.unparse(function))
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            node.id = "x"
        if isinstance(node, ast.arg):
            node.arg = "x"
    body = tree.body[0].body[1:] if ast.get_docstring(function) else tree.body[0].body  # type: ignore[attr-defined]
    return "\n".join(map(ast.dump, body))


FORMS = {
    "one line of base64": lambda pem: "".join(line for line in pem.splitlines() if "-----" not in line),
    "base64 in lines": lambda pem: "\r\n".join(line for line in pem.splitlines() if "-----" not in line),
    "with \\n as two characters": lambda pem: pem.replace("\n", "\\n"),
    "base64 with \\n": lambda pem: "\\n".join(line for line in pem.splitlines() if "-----" not in line) + "\\n",
    "CRLF": lambda pem: pem.replace("\n", "\r\n"),
    "BOM": lambda pem: "\ufeff" + pem,
    "indented": lambda pem: pem.replace("\n", "\n  "),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("encoding", ["PKCS8", "TraditionalOpenSSL"])
def test_keys_are_taken_as_banks_hand_them_out(form: str, encoding: str) -> None:
    """A portal shows base64 alone; a configuration file holds its line ends as two characters."""
    key = rsa.generate_private_key(65537, 2048)
    pkcs1 = encoding != "PKCS8"
    own = key.private_bytes(Encoding.PEM, getattr(PrivateFormat, encoding), NoEncryption()).decode()
    shape = PublicFormat.PKCS1 if pkcs1 else PublicFormat.SubjectPublicKeyInfo
    theirs = key.public_key().public_bytes(Encoding.PEM, shape).decode()
    spelled = FORMS[form]
    assert private_key(spelled(own)).private_numbers() == key.private_numbers()
    assert public_key(spelled(theirs)).public_numbers() == key.public_key().public_numbers()
