"""Addresses of the API, version 1."""

from __future__ import annotations

from importlib import import_module

from django.urls import path
from rest_framework.routers import SimpleRouter

from gateway.api.contests import Recalls
from gateway.api.coverage import MatterCoverage, RecordScope
from gateway.api.docs import DocsPage, schema_view
from gateway.api.evidence import CheckpointView, EntriesView, ProofView
from gateway.api.exports import ArchiveView, Exports, ExportView, MatterCourtBundles, ReportsView, ReportView
from gateway.api.letter_check import PublicLetterView
from gateway.api.letters import MatterLetters
from gateway.api.links import Links, MatterLinks
from gateway.api.matters import Matters
from gateway.api.nothing import NothingHere
from gateway.api.notices import MatterNotices
from gateway.api.oversight import LogFlags
from gateway.api.papers import MatterPapers, Papers
from gateway.api.public import PolicyView, RegisterView
from gateway.api.records import MatterRecords, MatterScope, Records
from gateway.api.searches import Searches
from gateway.api.staff import CourtsView, JobAgainView, JobView, PeopleView, SessionView, StepUpView
from gateway.api.token import Token

# Rooms that list their own addresses.
ROOMS = (
    "searches", "side_door", "contacts", "holds", "contests", "impact", "dates", "questions", "secrecy",
    "bases", "emergency", "status", "paperwork", "reviewing", "packages", "notice_board", "policy", "house",
    "accounting", "forgetting", "samples", "paper_check", "words", "accounts",
    "letter_texts",
)  # fmt: skip

router = SimpleRouter(use_regex_path=False)
router.register("matters", Matters, basename="matter")
router.register("instruments", Papers, basename="instrument")
router.register("records", Records, basename="record")
router.register("searches", Searches, basename="search")
router.register("links", Links, basename="link")
router.register("recalls", Recalls, basename="recall")

app_name = "api"
urlpatterns = [
    path("token/", Token.as_view(), name="token"),
    path("schema/", schema_view, name="schema"),
    path("docs/", DocsPage.as_view(), name="docs"),
    path("session/", SessionView.as_view(), name="session"),
    path("session/step-up/", StepUpView.as_view(), name="step-up"),
    path("courts/", CourtsView.as_view(), name="courts"),
    path("people/", PeopleView.as_view(), name="people"),
    path("jobs/<int:pk>/", JobView.as_view(), name="job"),
    path("jobs/<int:pk>/again/", JobAgainView.as_view(), name="job-again"),
    path("public/letters/<str:code>/", PublicLetterView.as_view(), name="public-letter"),
    path("audit/entries/", EntriesView.as_view(), name="entries"),
    path("audit/checkpoint/", CheckpointView.as_view(), name="checkpoint"),
    path("audit/proofs/<int:entry>/", ProofView.as_view(), name="proof"),
    path("audit/exports/", Exports.as_view({"get": "list", "post": "create"}), name="exports"),
    path("audit/exports/<uuid:export_id>/", ExportView.as_view(), name="export"),
    path("audit/exports/<uuid:export_id>/archive/", ArchiveView.as_view(), name="export-archive"),
    path("reports/", ReportsView.as_view(), name="reports"),
    path("reports/<slug:period>/", ReportView.as_view(), name="report"),
    path("audit/flags/", LogFlags.as_view({"get": "list"}), name="log-flags"),
    path(
        "audit/flags/<int:flag_id>/propose/", LogFlags.as_view({"post": "propose"}), name="log-flag-propose"
    ),
    path(
        "audit/flags/<int:flag_id>/decline/", LogFlags.as_view({"post": "decline"}), name="log-flag-decline"
    ),
    path("audit/flags/<int:flag_id>/close/", LogFlags.as_view({"post": "close"}), name="log-flag-close"),
    path("public/policy/", PolicyView.as_view(), name="policy"),
    path("public/register/", RegisterView.as_view(), name="register"),
    path(
        "matters/<uuid:matter_id>/instruments/",
        MatterPapers.as_view({"get": "list", "post": "create"}),
        name="matter-instruments",
    ),
    path("matters/<uuid:matter_id>/scope/", MatterScope.as_view({"put": "update"}), name="matter-scope"),
    path(
        "matters/<uuid:matter_id>/coverage/",
        MatterCoverage.as_view({"get": "retrieve"}),
        name="matter-coverage",
    ),
    path("records/<uuid:pk>/scope/", RecordScope.as_view({"post": "create"}), name="record-scope"),
    path(
        "matters/<uuid:matter_id>/records/",
        MatterRecords.as_view({"get": "list", "post": "create"}),
        name="matter-records",
    ),
    path("matters/<uuid:matter_id>/links/", MatterLinks.as_view({"post": "create"}), name="matter-links"),
    path(
        "matters/<uuid:matter_id>/notices/",
        MatterNotices.as_view({"get": "list", "post": "create"}),
        name="matter-notices",
    ),
    path("matters/<uuid:matter_id>/letters/", MatterLetters.as_view({"get": "list"}), name="matter-letters"),
    path(
        "matters/<uuid:matter_id>/letters/<uuid:letter_id>/",
        MatterLetters.as_view({"get": "retrieve"}),
        name="matter-letter",
    ),
    path(
        "matters/<uuid:matter_id>/court-bundles/",
        MatterCourtBundles.as_view({"get": "list", "post": "create"}),
        name="matter-court-bundles",
    ),
    *(one for room in ROOMS for one in import_module(f"gateway.api.{room}").urlpatterns),
    *router.urls,
    path("matters/<uuid:pk>/<slug:move>/", Matters.as_view({"post": "move"}), name="matter-move"),
    path("<path:rest>", NothingHere.as_view(), name="nothing"),
]
