"""Text that can be written down: no control characters, nothing that broke on its way here."""

from .refusals import Refusal

Bilingual = tuple[str, str]
"""The same text in zh-CN and English."""
ALLOWED = "\t\n\r"
CONTROL, BROKEN = "control_character", "broken_text"
REPLACED = "\ufffd"
"""What a decoder puts where bytes were no text."""


def fault(text: str) -> str | None:
    """Why nothing can be done with a text: `control_character`, `broken_text`; None when it is plain."""
    for character in text:
        place = ord(character)
        if (place < 0x20 and character not in ALLOWED) or 0x7F <= place < 0xA0:
            return CONTROL
        if 0xD800 <= place < 0xE000 or character == REPLACED or place & 0xFFFE == 0xFFFE:
            return BROKEN
    return None


WORDS: dict[str, tuple[str, str]] = {
    CONTROL: ("含有不能显示的控制字符", "holds characters that cannot be shown"),
    BROKEN: ("含有无法识别的字符(编码不正确)", "holds characters that broke on their way here"),
}


class NotPlain(Refusal):
    """A text that cannot be written down; names the field and never the value."""

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
