"""Opens an uploaded file without trusting its name: the first bytes say what it is."""

from .csv_file import open_csv
from .sheet import SPLIT, Sheet, SheetRefused
from .xlsx_file import open_xlsx

# Twice what the most lines of a list take as CSV, at some 150 bytes each.
MOST_BYTES = 64 * 1024 * 1024


def open_sheet(content: bytes) -> Sheet:
    """Look at the first bytes, check, and open. Raises SheetRefused, also while the lines are read."""
    if not content.strip(b" \r\n\t\xef\xbb\xbf"):
        raise SheetRefused("文件是空的", "it is empty", "请选择填好的名单。", "Choose the list that was filled in.")
    if len(content) > MOST_BYTES:
        raise SheetRefused("文件超过 64 MB", "larger than 64 MB", *SPLIT)
    # The signatures of a zip, as every .xlsx is one, and of OLE, which old and encrypted workbooks are in.
    if content.startswith(b"PK\x03\x04"):
        return open_xlsx(content)
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise SheetRefused(
            "是加密的或旧版的 Excel 文件",
            "an encrypted or old Excel file",
            "请去除密码,另存为 .xlsx 后重试。",
            "Take the password off, save it as .xlsx and try again.",
        )
    return open_csv(content)
