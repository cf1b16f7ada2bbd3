"""Django's SMTP backend, able to send with the null return path."""

from django.core.mail import EmailMessage
from django.core.mail.backends import smtp


class EmailBackend(smtp.EmailBackend):
    def _send(self, email_message: EmailMessage) -> bool:
        """Send with MAIL FROM:<> when from_email is empty (RFC 3834 3.3, RFC 5321 4.5.5).

        Django's own backend takes an empty address for a broken one.
        """
        if email_message.from_email:
            return super()._send(email_message)  # type: ignore[misc]  # not in the stubs
        content = email_message.message().as_bytes(linesep="\r\n")  # type: ignore[call-arg]
        assert self.connection is not None  # opened by send_messages
        self.connection.sendmail("", email_message.recipients(), content)
        return True
