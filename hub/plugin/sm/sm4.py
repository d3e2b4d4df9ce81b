"""SM4-CBC with PKCS7 padding, by `cryptography`."""

from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

BLOCK = 16


def cbc(key: bytes, iv: bytes) -> Cipher[modes.CBC]:
    """The cipher; raises ValueError when key or IV have not 16 bytes."""
    if len(key) != BLOCK or len(iv) != BLOCK:
        raise ValueError("SM4 takes a key and an IV of 16 bytes")
    return Cipher(algorithms.SM4(key), modes.CBC(iv))


def cbc_encrypt(key: bytes, iv: bytes, message: bytes) -> bytes:
    """Padded and encrypted."""
    padder, made = padding.PKCS7(8 * BLOCK).padder(), cbc(key, iv).encryptor()
    return made.update(padder.update(message) + padder.finalize()) + made.finalize()


def cbc_decrypt(key: bytes, iv: bytes, given: bytes) -> bytes:
    """The message; raises ValueError for a ciphertext that is cut or whose padding is none."""
    unpadder, opened = padding.PKCS7(8 * BLOCK).unpadder(), cbc(key, iv).decryptor()
    plain = opened.update(given) + opened.finalize()
    return unpadder.update(plain) + unpadder.finalize()
