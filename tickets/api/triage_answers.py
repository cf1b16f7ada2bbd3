"""What the API says of categories, and of a text that is not stored."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from rest_framework import serializers

from tickets import masking
from tickets.api.answers import AdviceSerializer
from tickets.api.serializers import ReportSerializer, known, signup_of
from tickets.models.ticket import Priority
from triage.advice import Advice
from triage.assess import Assessment
from triage.playbooks import AGENT, SELF_FIX, Playbook, playbooks
from triage.report import LANGUAGES, Report


class LabelsSerializer(serializers.Serializer):
    """The name of a category in each language."""

    id = serializers.CharField()
    en = serializers.CharField()


class CategorySerializer(serializers.Serializer):
    """What a ticket can be about."""

    slug = serializers.CharField(help_text="Never changes.")
    labels = LabelsSerializer()
    route = serializers.ChoiceField(
        [AGENT, SELF_FIX],
        help_text="Whether it goes to an agent, or is held while the requester tries a fix.",
    )
    hold_minutes = serializers.SerializerMethodField(
        help_text="How long it is held; null for the other route."
    )

    def get_hold_minutes(self, playbook: Playbook) -> int | None:
        return minutes(playbook.hold)


class CategoriesSerializer(serializers.Serializer):
    """Every category, in the order of the desk."""

    categories = CategorySerializer(many=True)


class QuestionSerializer(ReportSerializer):
    """A text and what is known beside it; the fields are those of a report, and only the text is needed."""

    reply_email = None  # type: ignore[assignment]  # DRF takes the field away
    device = None  # type: ignore[assignment]

    def validate(self, attrs):
        report = known(attrs)
        return {**report, **signup_of(report)}

    def report(self) -> Report:
        """Return it as triage takes it: masked, as a stored report would be."""
        said = self.validated_data
        return Report(
            text=masking.hide(said["description"]).text,
            language=said.get("language", LANGUAGES[0]),
            signed_up_at=said["signed_up_at"],
            signup_precision=said["signup"],
            zone=said["zone"],
            tried=frozenset(said.get("tried", ())),
            contact=said.get("registered_email", "") or said.get("registered_phone", ""),
        )


class PreviewSerializer(serializers.Serializer):
    """What would become of such a report. Nothing of it is kept."""

    category = serializers.CharField()
    category_label = serializers.CharField(help_text="Of the category, in the language of the report.")
    confidence = serializers.FloatField(help_text="From 0 to 1: how probable the category is.")
    is_sure = serializers.BooleanField(help_text="`false`: the category is for the agent only.")
    second_category = serializers.CharField(
        allow_null=True, help_text="The other problem, of a report that tells of two."
    )
    route = serializers.ChoiceField([AGENT, SELF_FIX])
    priority = serializers.ChoiceField([each.name.lower() for each in Priority])
    hold_minutes = serializers.IntegerField(allow_null=True)
    advice = AdviceSerializer()


def previewed(verdict: Assessment, advice: Advice) -> dict[str, Any]:
    """The answer to a question."""
    return {
        "category": verdict.category,
        "category_label": playbooks()[verdict.category].label(advice.language),
        "confidence": round(verdict.confidence, 3),
        "is_sure": verdict.is_sure,
        "second_category": verdict.second or None,
        "route": verdict.route,
        "priority": Priority(verdict.priority).name.lower(),
        "hold_minutes": minutes(verdict.hold),
        "advice": advice.as_json(),
    }


def minutes(hold: timedelta | None) -> int | None:
    return None if hold is None else int(hold.total_seconds() // 60)
