"""What the API takes; the rules of each field are in tickets/fields.py."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail
from rest_framework.fields import get_error_detail

from tickets import fields, screenshots
from tickets.models.ticket import Channel, SignupPrecision, Zone
from tickets.submission import Attachment, Submission
from triage.playbooks import playbooks
from triage.report import DEVICE, LANGUAGES, RESENT, SPAM, WAITED

# Nobody reads a longer list of what we do not know.
MAX_UNKNOWN = 20
NO_DESCRIPTION = dict.fromkeys(("required", "null", "blank"), fields.MESSAGES["description_required"])
ZONE_OF_OFFSET = {
    timedelta(hours=7): Zone.WIB,
    timedelta(hours=8): Zone.WITA,
    timedelta(hours=9): Zone.WIT,
}


class CleanedField(serializers.CharField):
    """A string that one function of tickets/fields.py checks and tidies."""

    def __init__(self, clean: Callable[[str], str], **kwargs):
        super().__init__(**kwargs)
        self.clean = clean

    def to_internal_value(self, data):
        # DRF would take 812345 for a text, but a number has lost its leading zero by then.
        if not isinstance(data, str):
            self.fail("invalid")
        return self.clean(data)


class MomentField(serializers.DateTimeField):
    """A moment that says its offset: an hour without one is three different hours in Indonesia."""

    default_error_messages = {"offset": _("Add the offset, for example 2026-11-22T14:30:00+07:00.")}

    def enforce_timezone(self, value):
        if value.tzinfo is None:
            self.fail("offset")
        return value


@extend_schema_field(
    {
        "type": "array",
        "maxItems": screenshots.MAX_FILES,
        "items": {"type": "string", "contentMediaType": "application/octet-stream"},
    }
)
class ScreenshotsField(serializers.ListField):
    """Up to five images, looked at before anything is stored."""

    child = serializers.FileField(allow_empty_file=True, max_length=None)

    def to_internal_value(self, data):
        uploads: list[UploadedFile] = super().to_internal_value(data)
        try:
            found = screenshots.inspect_all(uploads)
        except screenshots.ScreenshotsRejected as rejected:
            raise serializers.ValidationError(
                [ErrorDetail(str(error), code=error.code) for error in rejected.errors]
            ) from rejected
        return [
            Attachment(file=upload, name=upload.name or "", inspected=inspected)
            for upload, inspected in zip(uploads, found, strict=True)
        ]


class StrictSerializer(serializers.Serializer):
    """Refuses fields it does not know: a misspelt `signed_up_at` would change the advice unseen."""

    def to_internal_value(self, data):
        if isinstance(data, Mapping):
            unknown = [_printable(str(name)) for name in data if name not in self.fields]
            if unknown:
                error = ErrorDetail(str(_("There is no such field.")), code="unknown")
                raise serializers.ValidationError(dict.fromkeys(unknown[:MAX_UNKNOWN], error))
        return super().to_internal_value(data)


class ReportSerializer(StrictSerializer):
    """A report of one registration issue."""

    registered_email = CleanedField(
        fields.clean_email,
        required=False,
        allow_null=True,
        allow_blank=True,
        help_text="The e-mail address that was to be registered. This or `registered_phone` is needed.",
    )
    registered_phone = CleanedField(
        fields.clean_phone,
        required=False,
        allow_null=True,
        allow_blank=True,
        help_text="The phone number that was to be registered: `0812…`, `62812…` or `+62812…`.",
    )
    reply_email = CleanedField(
        fields.clean_email,
        required=False,
        allow_null=True,
        allow_blank=True,
        help_text="Where to write to, when the registered address cannot be reached.",
    )
    signup = serializers.ChoiceField(
        SignupPrecision.choices,
        required=False,
        allow_null=True,
        error_messages={"invalid_choice": _("Choose minute, day, not_yet or unknown.")},
        help_text="How well the time of registration is known; `not_yet` when the form is what "
        "fails. Left out: `minute` with `signed_up_at`, `day` with `signup_date`, else `unknown`.",
    )
    signed_up_at = MomentField(
        required=False,
        allow_null=True,
        help_text="ISO 8601 with offset. Decides whether a code is late or only not there yet.",
    )
    signup_date = serializers.DateField(
        required=False, allow_null=True, help_text="`YYYY-MM-DD` in `zone`, when the hour is not known."
    )
    zone = CleanedField(
        fields.clean_zone,
        required=False,
        allow_null=True,
        allow_blank=True,
        help_text="`WIB`, `WITA`, `WIT` or the IANA name of one of them. Clock times in the advice are "
        "in this zone. Left out: after the offset of `signed_up_at`, else `WIB`.",
    )
    tried = serializers.MultipleChoiceField(
        choices=[WAITED, SPAM, RESENT, DEVICE],
        required=False,
        error_messages={"invalid_choice": _("Choose from waited, spam, resent and device.")},
        help_text="What the requester has already done, and is not told to do again: `waited` 10 "
        "minutes, looked in `spam`, asked for it to be `resent`, tried another `device` or browser.",
    )
    device = CleanedField(
        fields.clean_device,
        required=False,
        allow_null=True,
        allow_blank=True,
        max_length=fields.MAX_DEVICE,
        help_text="For example `Android 14, Chrome`.",
    )
    description = CleanedField(
        fields.clean_description,
        min_length=fields.MIN_DESCRIPTION,
        max_length=fields.MAX_DESCRIPTION,
        error_messages=NO_DESCRIPTION,
        help_text="What happened, in the requester's own words.",
    )
    situation = serializers.ChoiceField(
        [*playbooks()],
        required=False,
        allow_null=True,
        allow_blank=True,
        error_messages={"invalid_choice": _("There is no such category.")},
        help_text="The category whose words the requester picked from a list, if you show one: a hint, "
        "facts and plain words outweigh it.",
    )
    language = serializers.ChoiceField(
        LANGUAGES,
        required=False,
        allow_null=True,
        error_messages={"invalid_choice": _("Choose id or en.")},
        help_text="The language of the advice. Left out: `id`.",
    )

    def validate(self, attrs):
        report = known(attrs)
        fields.require_contact(
            registered_email=report.get("registered_email", ""),
            registered_phone=report.get("registered_phone", ""),
        )
        report["reply_email"] = fields.second_address(
            report.get("reply_email", ""), registered_email=report.get("registered_email", "")
        )
        return {**report, **signup_of(report)}

    def validate_signed_up_at(self, moment):
        return moment and fields.clean_signup_moment(moment, now=timezone.now())

    def submission(self, *, key: uuid.UUID, user_agent: str, ip_address: str | None) -> Submission:
        """Return the checked report in the shape that every door hands in."""
        report = self.validated_data
        return Submission(
            key=key,
            channel=Channel.API,
            user_agent=user_agent,
            ip_address=ip_address,
            description=report["description"],
            situation=report.get("situation", ""),
            language=report.get("language", LANGUAGES[0]),
            registered_email=report.get("registered_email", ""),
            registered_phone=report.get("registered_phone", ""),
            reply_email=report["reply_email"],
            signup_precision=report["signup"],
            signed_up_at=report["signed_up_at"],
            zone=report["zone"],
            tried=frozenset(report.get("tried", ())),
            device=report.get("device", ""),
            attachments=report.get("screenshots", ()),
        )


class ReportFormSerializer(ReportSerializer):
    """A report with its screenshots, as multipart/form-data carries it."""

    screenshots = ScreenshotsField(
        required=False,
        help_text="PNG, JPEG, WebP, GIF or HEIC, 10 MiB each, 25 MiB together. "
        "Repeat the field for each file.",
    )


class AddedInformationSerializer(StrictSerializer):
    """What the requester adds to a ticket."""

    body = CleanedField(
        fields.clean_description,
        min_length=fields.MIN_DESCRIPTION,
        max_length=fields.MAX_DESCRIPTION,
        error_messages=NO_DESCRIPTION,
    )


class AddedInformationFormSerializer(AddedInformationSerializer):
    """The same with screenshots, as multipart/form-data carries it."""

    screenshots = ScreenshotsField(required=False, help_text="As in a report.")


def _printable(name: str) -> str:
    # A name from the wire may hold half surrogates, which no answer can carry.
    return name.encode("ascii", "replace")[:100].decode()


def known(attrs: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields that say something; null is as good as left out."""
    return {name: value for name, value in attrs.items() if value is not None}


def signup_of(report: dict[str, Any]) -> dict[str, Any]:
    """Return when and how well the signup is known, from the fields that say it in several ways."""
    zone = report.get("zone") or _zone_of(report.get("signed_up_at"))
    said = {**report, "zone": zone, "signup": _precision_of(report)}
    return {"zone": zone, "signup": said["signup"], "signed_up_at": _signed_up_at(said)}


def _zone_of(moment: datetime | None) -> Zone:
    offset = moment.utcoffset() if moment else None
    return ZONE_OF_OFFSET.get(offset, Zone.WIB) if offset else Zone.WIB


def _precision_of(report: dict) -> SignupPrecision:
    """Return the precision that was said, or that follows; raises when the fields contradict it."""
    moment, day = "signed_up_at" in report, "signup_date" in report
    follows = SignupPrecision.UNKNOWN
    if moment or day:
        follows = SignupPrecision.MINUTE if moment else SignupPrecision.DAY
    said = SignupPrecision(report.get("signup", follows))
    is_bare = said == SignupPrecision.NOT_YET and follows == SignupPrecision.UNKNOWN
    if (moment and day) or not (said == follows or is_bare):
        message = _("Send signed_up_at with minute, signup_date with day, neither with the others.")
        raise serializers.ValidationError({"signup": ErrorDetail(str(message), code="contradiction")})
    return said


def _signed_up_at(report: dict) -> datetime | None:
    if report["signup"] == SignupPrecision.MINUTE:
        return report["signed_up_at"]
    if report["signup"] != SignupPrecision.DAY:
        return None
    try:
        return fields.clean_signup_day(report["signup_date"], zone=report["zone"], now=timezone.now())
    except ValidationError as error:
        raise serializers.ValidationError({"signup_date": get_error_detail(error)}) from error
