"""Messages that something waits, by a State's own mail server (SMTP, RFC 5321). They carry no content.

The server's certificate is verified; the password is read from a file of the node's, never from node.toml, and never
shows itself. A message is two fixed sentences and the desk's address.
"""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate
from pathlib import Path

from musnad.core.kernel.errors import Unavailable
from musnad.language import mark, speak

TIMEOUT_SECONDS = 20
SUBJECT = mark("Something waits for you at the desk")
BODY = mark("Something waits at the desk and has not been acknowledged. Sign in and look: %(address)s")


@dataclass(eq=False)
class MailNotSent(Unavailable):
    """The mail server did not take a message."""

    code = "mail.not-sent"
    remedy = "Check the part [mail] of node.toml and the server that it names; the ring goes on at the desk meanwhile."
    why: str


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where messages are handed in. ``security``: ``tls`` from the start, ``starttls``, or ``none`` (loopback)."""

    host: str
    port: int
    security: str
    sender: str
    user: str = ""
    password_file: Path | None = None

    def send(self, to: str, language: str, address: str) -> None:
        """Hand one message in; ``MailNotSent`` where the server did not take it."""
        say = speak(language)
        message = EmailMessage()
        message["From"], message["To"] = self.sender, to
        message["Subject"] = say.gettext(SUBJECT)
        message["Date"] = formatdate(usegmt=True)
        message.set_content(say.gettext(BODY) % {"address": address})
        try:
            with self._open() as server:
                if self.security == "starttls":
                    server.starttls(context=ssl.create_default_context())
                if self.password_file is not None:
                    server.login(self.user, self.password_file.read_text("utf-8").strip())
                server.send_message(message)
        except (OSError, smtplib.SMTPException, ValueError) as error:
            raise MailNotSent(type(error).__name__) from None

    def _open(self) -> smtplib.SMTP:
        if self.security == "tls":
            return smtplib.SMTP_SSL(self.host, self.port, timeout=TIMEOUT_SECONDS, context=ssl.create_default_context())
        return smtplib.SMTP(self.host, self.port, timeout=TIMEOUT_SECONDS)
