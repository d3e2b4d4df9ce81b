"""SM4-CBC with PKCS7 padding, by `cryptography`, and the proof that its SM4 computes correctly."""

from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

BLOCK = 16


def cbc(key: bytes, iv: bytes) -> Cipher[modes.CBC]:
    """The cipher; raises ValueError unless key and IV have 16 bytes each."""
    if len(key) != BLOCK or len(iv) != BLOCK:
        raise ValueError("SM4 takes a key and an IV of 16 bytes")
    return Cipher(algorithms.SM4(key), modes.CBC(iv))


def cbc_encrypt(key: bytes, iv: bytes, message: bytes) -> bytes:
    """Padded and encrypted."""
    padder, made = padding.PKCS7(8 * BLOCK).padder(), cbc(key, iv).encryptor()
    return made.update(padder.update(message) + padder.finalize()) + made.finalize()


def cbc_decrypt(key: bytes, iv: bytes, given: bytes) -> bytes:
    """The message; raises ValueError for a truncated ciphertext or one with invalid padding."""
    unpadder, opened = padding.PKCS7(8 * BLOCK).unpadder(), cbc(key, iv).decryptor()
    plain = opened.update(given) + opened.finalize()
    return unpadder.update(plain) + unpadder.finalize()


def sound() -> bool:
    """Whether the library's SM4 gives the example of GB/T 32907 and, in GCM, that of RFC 8998 (appendix A.1)."""
    key = bytes.fromhex("0123456789ABCDEFFEDCBA9876543210")
    block = Cipher(algorithms.SM4(key), modes.ECB()).encryptor()
    gcm = Cipher(algorithms.SM4(key), modes.GCM(bytes.fromhex("00001234567800000000ABCD"))).encryptor()
    gcm.authenticate_additional_data(bytes.fromhex("FEEDFACEDEADBEEFFEEDFACEDEADBEEFABADDAD2"))
    made = (
        gcm.update(bytes.fromhex("".join(pair * 8 for pair in ["AA", "BB", "CC", "DD", "EE", "FF", "EE", "AA"])))
        + gcm.finalize()
    )
    return (
        block.update(key).hex().upper() == "681EDF34D206965E86B3E94F536E4246"
        and made.hex().upper()
        == "17F399F08C67D5EE19D0DC9969C4BB7D5FD46FD3756489069157B282BB200735"
        "D82710CA5C22F0CCFA7CBF93D496AC15A56834CBCF98C397B4024A2691233B8D"
        and gcm.tag.hex().upper() == "83DE3541E4C2B58177E065A9BF7B62EC"
    )
