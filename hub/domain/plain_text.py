"""Text that can be stored: no control characters, nothing that was damaged in transit."""

from .refusals import Refusal

Bilingual = tuple[str, str]
"""The same text in zh-CN and English."""
ALLOWED = "\t\n\r"
CONTROL, BROKEN = "control_character", "broken_text"
# What a decoder puts in place of bytes that it cannot decode.
REPLACED = "\ufffd"


def fault(text: str) -> str | None:
    """Why a text cannot be stored: `control_character` or `broken_text`; None if it can."""
    for character in text:
        place = ord(character)
        if (place < 0x20 and character not in ALLOWED) or 0x7F <= place < 0xA0:
            return CONTROL
        # Half a surrogate pair, a replacement, or one of Unicode's noncharacters: text never holds them, damage does.
        if 0xD800 <= place < 0xE000 or character == REPLACED or place & 0xFFFE == 0xFFFE:
            return BROKEN
    return None


WORDS: dict[str, tuple[str, str]] = {
    CONTROL: ("含有不能显示的控制字符", "holds characters that cannot be shown"),
    BROKEN: ("含有无法识别的字符(编码不正确)", "holds characters that broke on their way here"),
}


class NotPlain(Refusal):
    """A text that cannot be stored; names the field, never the value."""

    article, status = "G3", 422
    says = ("“{field}”{problem}。", "“{field_en}” {problem_en}.")
    then = (
        "请删除后重新输入,不要从其他程序粘贴。",
        "Delete it and type it again; do not paste it from another program.",
    )


def refuse_unwritable(field: tuple[str, str], text: str) -> None:
    """Raise NotPlain unless the text is plain; the field by its name in both languages."""
    problem = fault(text)
    if problem is not None:
        words = WORDS[problem]
        raise NotPlain(field=field[0], field_en=field[1], problem=words[0], problem_en=words[1])
