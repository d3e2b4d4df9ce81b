"""SM2, SM3 and SM4 for plugins: one port, by gmssl-pyx where it can be imported, else by our own arithmetic.

Nothing here is random: what signs or encrypts derives its secret number from key and message (RFC 6979, with
HMAC-SM3), so the same message always gives the same bytes, on either engine.
"""

from .engines import Engine, Unsound, choose, engine, sm3
from .forms import Signature, from_der, from_hex_pair, from_raw, to_der, to_hex_pair, to_raw
from .keys import PrivateKey, PublicKey
from .sm2 import C1C2C3, C1C3C2, DEFAULT_ID, decrypt, encrypt, sign, verify
from .sm4 import cbc_decrypt, cbc_encrypt

__all__ = [
    "C1C2C3",
    "C1C3C2",
    "DEFAULT_ID",
    "Engine",
    "PrivateKey",
    "PublicKey",
    "Signature",
    "Unsound",
    "cbc_decrypt",
    "cbc_encrypt",
    "choose",
    "decrypt",
    "encrypt",
    "engine",
    "from_der",
    "from_hex_pair",
    "from_raw",
    "sign",
    "sm3",
    "to_der",
    "to_hex_pair",
    "to_raw",
    "verify",
]
