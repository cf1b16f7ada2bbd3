"""The look into the mailbox that beat asks for."""

import logging

from celery import shared_task

from tickets import signs
from tickets.mail import mailbox

logger = logging.getLogger(__name__)


@shared_task
def fetch_mail() -> None:
    try:
        mailbox.fetch()
    except (*mailbox.TROUBLE, mailbox.BadMailbox) as error:
        logger.warning("the mailbox could not be read: %s", type(error).__name__)
        signs.note_round(mailbox.ROUND, seconds=0, trouble=type(error).__name__)
