"""The hub's own envelope: what a plugin gets that writes none."""

import email.utils
from datetime import UTC, datetime, timedelta

import pytest

from hub import ports
from hub.channels.envelope import rest, seal, unseal
from hub.plugin import Busy, Refused, Reply, Secret, Unknown, get, post

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("status", "setback"),
    [
        (301, Unknown),
        (400, Refused),
        (401, Busy),
        (403, Busy),
        (404, Refused),
        (408, Unknown),
        (409, Refused),
        (429, Busy),
        (500, Unknown),
        (502, Unknown),
        (503, Busy),
        (504, Unknown),
    ],
)
def test_each_status_is_the_setback_that_http_says(status: int, setback: type[Exception]) -> None:
    with pytest.raises(setback, match=f"http_{status}"):
        unseal(Reply(status, {}, b"{}"))


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"a":', b"\xff\xfe", b"[" * 100_000, b"1" * 5000])
def test_a_body_that_is_no_json_proves_nothing(body: bytes) -> None:
    with pytest.raises(Unknown, match="not_json"):
        unseal(Reply(200, {}, body))


def test_json_is_the_content() -> None:
    assert unseal(Reply(201, {}, '{"名": [1]}'.encode())) == {"名": [1]}


def test_a_post_is_json_with_its_secrets_in_the_bytes_alone() -> None:
    request = post("/x", {"card": Secret("6212"), "name": "张三"})
    assert "6212" not in repr(request)
    assert seal(request).body == '{"card":"6212","name":"张三"}'.encode()
    assert seal(post("/x")).body == b""
    assert seal(get("/x", a="1")).body == b""


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("5", timedelta(seconds=5)),
        ("0", timedelta()),
        ("86400", timedelta(hours=1)),
        ("9" * 400, None),
        ("²", None),
        ("-5", None),
        ("soon", None),
        ("", None),
        (email.utils.format_datetime(NOW + timedelta(seconds=90), usegmt=True), timedelta(seconds=90)),
        (email.utils.format_datetime(NOW + timedelta(days=2), usegmt=True), timedelta(hours=1)),
        (email.utils.format_datetime(NOW - timedelta(days=2), usegmt=True), timedelta()),
        ("Mon, 23 Nov 99999999 04:00:00 GMT", None),
        ("Mon, 23 Nov 2026 04:00:00", None),
    ],
)
def test_a_retry_after_is_seconds_or_a_date_and_never_above_the_ceiling(
    header: str, expected: timedelta | None
) -> None:
    ports.set_clock(lambda: NOW)
    try:
        assert rest(header) == expected
    finally:
        ports.set_clock(None)
