"""audit: verify."""

from collections.abc import Iterator
from typing import Annotated

import typer

from hub.operations.oversight import audit_trail

from .acting import As, desk_of
from .screen import complain, language, say

app = typer.Typer(help="The audit trail.", no_args_is_help=True)
# Exit code if the chain was changed, or cannot be shown to be complete: a script must not take doubt for success.
BROKEN = 1


def read_anchor(given: str) -> audit_trail.Link:
    """`NUMBER:HASH` as a place in the chain; the hash may be in the letters that the log and the day's mail use."""
    try:
        return audit_trail.Link.read(given)
    except ValueError:
        raise typer.BadParameter("an anchor is NUMBER:HASH, as verify prints it") from None


@app.callback()
def group() -> None:
    """The audit trail."""


@app.command()
def verify(
    login: As,
    anchor: Annotated[str, typer.Option(help="NUMBER:HASH that you noted earlier; the chain must go through it.")] = "",
) -> None:
    """Whether a row was changed, removed, inserted or moved. Ends with 1 when one was, or when that cannot be told."""
    with desk_of(login) as desk:
        verdict = audit_trail.verify(desk, read_anchor(anchor) if anchor else None)
    say(f"sealed {verdict.sealed}, not yet sealed {verdict.unsealed}")
    tongue = language() != "zh"
    if verdict.why is not None:
        complain(f"broken at number {verdict.broken}: {audit_trail.BROKEN[verdict.why][tongue]}")
        complain(audit_trail.THEN[tongue])
        raise typer.Exit(BROKEN)
    doubts = [words[tongue].format(late=verdict.late) for words in untold(verdict)]
    for doubt in doubts:
        complain(doubt)
    noted = f"{verdict.head.no}:{verdict.head.hash.hex()}"
    if doubts:
        say(f"no fault in what is sealed; its last link: {noted}")
        raise typer.Exit(BROKEN)
    say(f"whole; note this anchor: {noted}")


def untold(verdict: audit_trail.Verification) -> Iterator[tuple[str, str]]:
    """The reasons for which a chain without a fault may still be incomplete."""
    if not verdict.anchored:
        yield (
            "数据目录中没有锚点文件 audit.anchor,不能排除末尾的(或全部)记录连同链尾被删除。"
            "请在运行后台(worker)的机器上核验,或用 --anchor 给出日志、日报邮件中的锚点。",
            "There is no anchor on file (audit.anchor in the data folder), so entries may have been deleted, from the end or all. "
            "Verify where a worker runs, or give --anchor from the log or the day's mail.",
        )
    if verdict.late:
        yield (
            "有 {late} 条记录超过 10 分钟没有封存。请启动后台(worker)后再核验;仍不封存的,请查看日志 audit.broken。",
            "{late} entries have waited longer than 10 minutes for their seal. Start a worker and verify again; if they "
            "stay unsealed, look for audit.broken in the log.",
        )
