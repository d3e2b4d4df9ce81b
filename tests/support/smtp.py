"""A real mail server of this machine with TLS, whose temper a test can set."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import Message
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from hub.channels.mail import MailServer

LOGIN, PASSWORD = "partnerhub", "made-up"


def certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 and its key, as files."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    moment = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(moment - timedelta(days=400))
        .not_valid_after(moment + timedelta(days=400))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    paths = folder / "smtp.pem", folder / "smtp.key"
    paths[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    form = serialization.PrivateFormat.PKCS8
    paths[1].write_bytes(key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()))
    return paths


@dataclass
class Box:
    """What arrived, and how the server answers after the text of a mail."""

    arrived: list[Message] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    """Taken one by one; none left: 250."""

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """Keep it, or refuse it."""
        answer = self.answers.pop(0) if self.answers else "250 taken"
        if answer.startswith("250") or answer == "lost":
            self.arrived.append(message_from_bytes(envelope.content))
        if answer == "lost":
            server.transport.abort()
        return answer if answer != "lost" else "250 taken"


@contextmanager
def serving(folder: Path, box: Box, *, login: bool = True) -> Iterator[MailServer]:
    """A mail server with STARTTLS, and the settings that reach it."""
    pem, key = certificate(folder)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(pem, key)

    def known(server: Any, session: Any, envelope: Any, mechanism: str, auth_data: Any) -> AuthResult:
        good = auth_data.login == LOGIN.encode() and auth_data.password == PASSWORD.encode()
        return AuthResult(success=good, handled=False)

    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(
        box,
        hostname="127.0.0.1",
        port=port,
        tls_context=context,
        require_starttls=True,
        authenticator=known,
        auth_required=login,
    )
    controller.start()
    try:
        yield MailServer("127.0.0.1", port, "starttls", "hub@example.invalid", LOGIN, PASSWORD, pem)
    finally:
        controller.stop()
