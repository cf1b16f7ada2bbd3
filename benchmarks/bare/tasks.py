"""The one task of the peer: a mail by smtplib, nothing else."""

import smtplib
from email.message import EmailMessage

from celery import shared_task

from benchmarks.bare.settings import SINK_PORT

BODY = "Laporan Anda sudah kami terima. Silakan tunggu 10 menit, lalu minta kode baru.\n" * 10


@shared_task
def send_mail(address: str) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "bantuan@localhost", address, "Laporan Anda"
    mail.set_content(BODY)
    with smtplib.SMTP("127.0.0.1", SINK_PORT, timeout=10) as server:
        server.send_message(mail)
