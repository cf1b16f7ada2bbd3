"""Triage for programs outside: what categories there are, and what it would say of a text."""

from __future__ import annotations

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from tickets.api import triage_schema as schema
from tickets.api.keys import KeyView
from tickets.api.problems import Unavailable
from tickets.api.triage_answers import CategoriesSerializer, QuestionSerializer, previewed
from tickets.models.api_key import Scope
from triage.advice import compose
from triage.assess import assess
from triage.classifier import ModelMissing
from triage.playbooks import playbooks


class CategoriesView(KeyView):
    @schema.list_categories
    def get(self, request: Request) -> Response:
        return Response(CategoriesSerializer({"categories": playbooks().values()}).data)


class PreviewView(KeyView):
    scope = Scope.TRIAGE_PREVIEW

    @schema.preview
    def post(self, request: Request) -> Response:
        question = QuestionSerializer(data=request.data)
        question.is_valid(raise_exception=True)
        report, now = question.report(), timezone.now()
        try:
            verdict = assess(report, now=now)
        except ModelMissing as error:
            raise Unavailable from error
        return Response(previewed(verdict, compose(verdict, report, now=now)))
