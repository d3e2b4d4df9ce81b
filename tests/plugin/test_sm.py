"""SM2, SM3 and SM4: the standards' own examples on both engines, and each engine against the other."""

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from hub.plugin import sm
from hub.plugin.sm import engines
from hub.plugin.sm.secret_number import numbers
from hub.plugin.sm.sm2 import digest, sign_digest

gmssl_pyx = pytest.importorskip("gmssl_pyx")
OWN, FAST = engines.Own(), engines.Gmssl(gmssl_pyx)
BOTH = pytest.mark.parametrize("by", [OWN, FAST], ids=["own", "gmssl"])
D = "3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8"
KEY = sm.PrivateKey.from_hex(D)
POINT = "09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020"
POINT += "CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13"
K = 0x59276E27D506861A16680F3AD9C02DCCEF3CC1FA3CDBE4CE6D54B80DEAC1BC21
SIGNED = sm.Signature(
    0xF5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3,
    0xB1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA,
)
NONCE, ADDED = "00001234567800000000ABCD", "FEEDFACEDEADBEEFFEEDFACEDEADBEEFABADDAD2"
SM4_KEY = bytes.fromhex("0123456789ABCDEFFEDCBA9876543210")


@BOTH
@pytest.mark.parametrize(
    ("message", "hashed"),
    [
        (b"", "1AB21D8355CFA17F8E61194831E81A8F22BEC8C728FEFB747ED035EB5082AA2B"),
        (b"abc", "66C7F0F462EEEDD9D1F2D46BDC10E4E24167C4875CF2F7A2297DA02B8F4BA8E0"),
        (b"abcd" * 16, "DEBE9FF92275B8A138604889C18E5A4D6FDB70E5387E5765293DCBA39C0C5732"),
    ],
)
def test_sm3_hashes_as_gb_t_32905_says(by: sm.Engine, message: bytes, hashed: str) -> None:
    assert by.sm3(message).hex().upper() == hashed


@BOTH
def test_the_worked_signature_of_gb_t_32918_5_is_found_again(by: sm.Engine) -> None:
    assert KEY.public.to_bytes().hex().upper() == POINT
    hashed = digest(KEY.public, b"message digest", sm.DEFAULT_ID, by)
    assert hashed.hex().upper() == "F0B43E94BA45ACCAACE692ED534382EB17E6AB5A19CE7B31F4486FDFC0D28640"
    assert sign_digest(KEY, hashed, iter([K])) == SIGNED
    assert sm.verify(KEY.public, b"message digest", SIGNED, by=by)
    assert not sm.verify(KEY.public, b"message digesT", SIGNED, by=by)
    assert not sm.verify(KEY.public, b"message digest", SIGNED, b"another id", by=by)


@BOTH
def test_an_engine_proves_itself_before_it_is_used(by: sm.Engine) -> None:
    assert engines.sane(by)
    assert engines.choose(None).name == "own"
    assert engines.choose(gmssl_pyx).name == "gmssl"


class Believes(engines.Gmssl):
    """It believes everything."""

    def verify(self, *_: object) -> bool:
        return True


class Opens(engines.Gmssl):
    """It opens what it likes."""

    def decrypt(self, *_: object) -> bytes:
        return b"encryption standarD"


class Refuses(engines.Own):
    """It opens nothing."""

    def decrypt(self, *_: object) -> bytes:
        raise ValueError("no SM2 ciphertext")


@pytest.mark.parametrize(
    "broken", [Believes(gmssl_pyx), Opens(gmssl_pyx), Refuses()], ids=lambda each: type(each).__name__
)
def test_an_engine_that_counts_wrong_is_not_used(broken: sm.Engine) -> None:
    assert not engines.sane(broken)


CIPHERS = "cryptography.hazmat.primitives.ciphers"
START = "import sys\n{breaks}\nfrom hub.cli import main\nsys.argv = ['partnerhub', 'worker']\nmain()\n"


@pytest.mark.parametrize(
    "breaks",
    [
        f"from {CIPHERS} import Cipher, algorithms, modes\nreal = algorithms.SM4\n"
        "Cipher(real(bytes(16)), modes.ECB()).encryptor(); algorithms.SM4 = lambda key: real(key[::-1])",
        f"from {CIPHERS} import modes\nreal = modes.GCM; modes.GCM = lambda iv: real(iv[::-1])",
        "sys.modules['gmssl_pyx'] = None; from hub.plugin.sm import engines; engines.G = (engines.G[0], engines.G[1] + 1)",
    ],
    ids=["sm4", "gcm", "sm2"],
)
def test_a_machine_whose_ciphers_are_broken_does_not_start(breaks: str, tmp_path: Path) -> None:
    given = {**os.environ, "PARTNERHUB_DATA": str(tmp_path), "PARTNERHUB_DATABASE_URL": "postgresql://localhost:1/none"}
    program = [sys.executable, "-c", START.format(breaks=breaks)]
    done = subprocess.run(program, env=given, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 3 and "wrong results on this machine" in done.stderr, done.stderr
    assert "Traceback" not in done.stderr and len(done.stderr.splitlines()) == 1


def test_sm4_encrypts_as_gb_t_32907_says() -> None:
    block = Cipher(algorithms.SM4(SM4_KEY), modes.ECB()).encryptor()
    assert block.update(SM4_KEY).hex().upper() == "681EDF34D206965E86B3E94F536E4246"
    plain = b"".join(bytes([each]) * 4 for each in (0xAA, 0xBB, 0xCC, 0xDD, 0xEE, 0xFF, 0xAA, 0xBB))
    made = sm.cbc_encrypt(SM4_KEY, bytes(range(16)), plain)
    assert made[:32].hex().upper() == "78EBB11CC40B0A48312AAEB2040244CB4CB7016951909226979B0D15DC6A8F6D"
    assert sm.cbc_decrypt(SM4_KEY, bytes(range(16)), made) == plain
    assert made == gmssl_pyx.sm4_cbc_padding_encrypt(SM4_KEY, bytes(range(16)), plain)


def test_sm4_in_gcm_is_as_rfc_8998_says() -> None:
    plain = b"".join(bytes([each]) * 8 for each in (0xAA, 0xBB, 0xCC, 0xDD, 0xEE, 0xFF, 0xEE, 0xAA))
    made = Cipher(algorithms.SM4(SM4_KEY), modes.GCM(bytes.fromhex(NONCE))).encryptor()
    made.authenticate_additional_data(bytes.fromhex(ADDED))
    text = made.update(plain) + made.finalize()
    assert text.hex().upper() == (
        "17F399F08C67D5EE19D0DC9969C4BB7D5FD46FD3756489069157B282BB200735"
        "D82710CA5C22F0CCFA7CBF93D496AC15A56834CBCF98C397B4024A2691233B8D"
    )
    assert made.tag.hex().upper() == "83DE3541E4C2B58177E065A9BF7B62EC"
    theirs = gmssl_pyx.sm4_gcm_encrypt(SM4_KEY, bytes.fromhex(NONCE), bytes.fromhex(ADDED), plain)
    assert b"".join(theirs if isinstance(theirs, tuple) else (theirs,)) == text + made.tag


def test_sm4_a_million_times_is_as_gb_t_32907_says() -> None:
    block, text = Cipher(algorithms.SM4(SM4_KEY), modes.ECB()).encryptor(), SM4_KEY
    for _ in range(1_000_000):
        text = block.update(text)
    assert text.hex().upper() == "595298C7C6FD271F0402F804C33D3F66"


def test_each_engine_believes_the_others_signatures() -> None:
    chance = random.Random(1)
    for _ in range(25):
        public, private = gmssl_pyx.sm2_key_generate()
        key = sm.PrivateKey.from_hex(private.hex())
        assert key.public.to_bytes() == public
        message, user = chance.randbytes(chance.randrange(200)), chance.randbytes(chance.randrange(1, 30))
        ours = sm.sign(key, message, user)
        assert gmssl_pyx.sm2_verify(public, message, sm.to_der(ours), signer_id=user)
        theirs = sm.from_der(gmssl_pyx.sm2_sign(private, public, message, signer_id=user))
        for by in (OWN, FAST):
            assert sm.verify(key.public, message, ours, user, by=by) and sm.verify(
                key.public, message, theirs, user, by=by
            )
            assert not sm.verify(key.public, message + b"x", ours, user, by=by)


@pytest.mark.parametrize("order", [sm.C1C3C2, sm.C1C2C3])
def test_what_one_encrypts_either_opens(order: str) -> None:
    chance = random.Random(2)
    for length in (1, 16, 31, 32, 33, 255, 300):
        message = chance.randbytes(length)
        made = sm.encrypt(KEY.public, message, chance.randbytes(32), order)
        assert len(made) == 97 + length
        assert sm.decrypt(KEY, made, order, by=OWN) == message == sm.decrypt(KEY, made, order, by=FAST)
        other = sm.C1C2C3 if order == sm.C1C3C2 else sm.C1C3C2
        for wrong in (made[:-1], made[:60], made[:-1] + bytes([made[-1] ^ 1]), b"\x05" + made[1:]):
            for by in (OWN, FAST):
                with pytest.raises(ValueError):
                    sm.decrypt(KEY, wrong, order, by=by)
        with pytest.raises(ValueError):
            sm.decrypt(KEY, made, other)


@BOTH
def test_the_librarys_ciphertext_is_opened(by: sm.Engine) -> None:
    der = gmssl_pyx.sm2_encrypt(KEY.public.to_bytes(), b"a message key 16")
    x, y, rest = der_integer(der[2:]), None, b""
    y = der_integer(x[1])
    check, rest = y[1][2:34], y[1][34:]
    raw = b"\x04" + x[0].to_bytes(32, "big") + y[0].to_bytes(32, "big")
    assert sm.decrypt(KEY, raw + check + rest[2:], by=by) == b"a message key 16"


def der_integer(given: bytes) -> tuple[int, bytes]:
    size = given[1]
    return int.from_bytes(given[2 : 2 + size], "big"), given[2 + size :]


def test_the_same_message_gives_the_same_bytes_and_another_one_others() -> None:
    assert sm.sign(KEY, b"a") == sm.sign(KEY, b"a") != sm.sign(KEY, b"b")
    assert sm.encrypt(KEY.public, b"a", b"s" * 32) == sm.encrypt(KEY.public, b"a", b"s" * 32)
    seen = {next(numbers(KEY.to_bytes(), sm.sm3(bytes([each])), label)) for each in range(100) for label in (b"", b"x")}
    assert len(seen) == 200


def test_the_forms_of_a_signature_go_both_ways_and_nothing_else_is_one() -> None:
    chance = random.Random(3)
    for _ in range(200):
        found = sm.Signature(chance.randrange(1, 2 ** chance.randrange(2, 255)), chance.randrange(1, 2**255))
        assert sm.from_der(sm.to_der(found)) == found
        assert sm.from_raw(sm.to_raw(found)) == found
        assert sm.from_hex_pair(sm.to_hex_pair(found)) == found == sm.from_hex_pair(sm.to_hex_pair(found).upper())
    good, pair = sm.to_der(SIGNED), sm.to_hex_pair(SIGNED)
    for wrong in (b"", good[:-1], good + b"\0", b"\x31" + good[1:], b"\x30\x06\x02\x01\x00\x02\x01\x01", bytes(70)):
        with pytest.raises(ValueError):
            sm.from_der(wrong)
    for text in (
        "",
        f"{1:067x}#1",
        "1#",
        "#1",
        "-1#1",
        "1_0#1",
        pair.replace("#", ""),
        pair + " ",
        "0" * 64 + "#" + "0" * 64,
        "f" * 64 + "#" + "1" * 64,
    ):
        with pytest.raises(ValueError):
            sm.from_hex_pair(text)
    with pytest.raises(ValueError):
        sm.from_raw(bytes(64))


def test_a_pair_is_read_as_any_program_prints_a_large_number() -> None:
    """Without the zeros in front, as one of eight numbers has them, and with the byte that holds a sign."""
    short, high = sm.Signature(0x0ABC, 2**240 + 5), sm.Signature(2**255 + 9, 2**255 + 1)
    for form in ("{:x}#{:x}", "{:X}#{:X}", "{:064x}#{:x}", "00{:064x}#00{:064X}", "{:062x}#{:064x}"):
        assert sm.from_hex_pair(form.format(*short)) == short
        assert sm.from_hex_pair(form.format(*high)) == high


def test_five_thousand_wrong_signatures_and_ciphertexts_are_no_crash() -> None:
    chance = random.Random(4)
    for _ in range(5000):
        given = chance.randbytes(chance.choice([*range(64), *range(65, 180)]))
        for parse in (sm.from_der, sm.from_raw, lambda text: sm.decrypt(KEY, text, by=OWN)):
            with pytest.raises(ValueError):
                parse(given)


def test_a_key_that_is_none_is_refused_and_a_private_one_never_shown() -> None:
    for text in ("", "00" * 32, "ff" * 32, D[:-1]):
        with pytest.raises(ValueError):
            sm.PrivateKey.from_hex(text)
    for text in ("", POINT[:-2], "04" + POINT[:-1] + "0", "05" + POINT):
        with pytest.raises(ValueError):
            sm.PublicKey.from_hex(text)
    assert sm.PublicKey.from_hex("04" + POINT.lower()) == KEY.public
    assert D.lower() not in repr(KEY) and str(KEY.number) not in repr(KEY)


def test_without_the_library_everything_is_ours_and_the_bytes_are_the_same() -> None:
    program = (
        "import sys; sys.modules['gmssl_pyx'] = None\n"
        "from hub.plugin import sm\n"
        f"key = sm.PrivateKey.from_hex('{D}')\n"
        "made = sm.encrypt(key.public, b'text', b's' * 32)\n"
        "assert sm.decrypt(key, made) == b'text' and sm.verify(key.public, b'a', sm.sign(key, b'a'))\n"
        "print(sm.engine().name, sm.to_hex_pair(sm.sign(key, b'a')), made.hex())"
    )
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    assert said == ["own", sm.to_hex_pair(sm.sign(KEY, b"a")), sm.encrypt(KEY.public, b"text", b"s" * 32).hex()]
