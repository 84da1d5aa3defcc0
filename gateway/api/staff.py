"""Sessions of the staff, jobs, the directory of courts, people of the desk."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import logout
from django.middleware.csrf import get_token
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from gateway.accounts import session
from gateway.accounts.models import Person
from gateway.api.auth import AgencyToken, IsStaff, StaffSession, caller
from gateway.api.base import Input, checked
from gateway.api.errors import problem
from gateway.api.papers import CourtContactOut
from workflows.errors import Forbidden, NotVisible
from workflows.flow.restarting import restart_job
from workflows.instruments.models import CourtContact
from workflows.jobs.models import Job
from workflows.matters.access import visible_matters
from workflows.policy.roles import DESK_ROLES


class SignIn(Input):
    """Both factors at once."""

    email = serializers.EmailField()
    password = serializers.CharField(max_length=256, trim_whitespace=False)
    code = serializers.CharField(max_length=12)


class Code(Input):
    """A code of the code app."""

    code = serializers.CharField(max_length=12)


class SessionOut(serializers.Serializer[Any]):
    """Who is signed in."""

    id = serializers.UUIDField(source="pk")
    name = serializers.CharField()
    role = serializers.CharField()


class SessionView(APIView):
    """Sign in and out. The cookie and the CSRF token come with the answer."""

    authentication_classes = [StaffSession]
    permission_classes = [AllowAny]

    def get_authenticate_header(self, request: Request) -> str:
        """So that a missing session is answered 401."""
        return "Session"

    @extend_schema(responses=SessionOut)
    def get(self, request: Request) -> Response:
        """Who is signed in; sets the CSRF cookie."""
        get_token(request._request)
        if not caller(request):
            return problem(401, "not_authenticated", "Sign in first.", request.path)
        return Response(SessionOut(caller(request)).data)

    @extend_schema(request=SignIn, responses=SessionOut)
    def post(self, request: Request) -> Response:
        """Sign in with password and code. One answer for every way to fail."""
        given = checked(SignIn, request)
        person = session.sign_in(request._request, given["email"], given["password"], given["code"])
        if person is None:
            return problem(
                401, "credentials", "Address, password or code is wrong, or locked for now.", request.path
            )
        get_token(request._request)
        return Response(SessionOut(person).data)

    @extend_schema(request=None, responses={204: None})
    def delete(self, request: Request) -> Response:
        """Sign out."""
        logout(request._request)
        return Response(status=204)


class StepUpView(APIView):
    """Prove the second factor anew."""

    authentication_classes = [StaffSession]
    permission_classes = [IsAuthenticated, IsStaff]

    @extend_schema(request=Code, responses={204: None})
    def post(self, request: Request) -> Response:
        """A fresh code opens acts of weight for five minutes."""
        if not session.step_up(request._request, checked(Code, request)["code"]):
            raise Forbidden("The code is wrong, has been used, or is locked for now.", code="credentials")
        return Response(status=204)


class JobOut(serializers.ModelSerializer[Job]):
    """How far a piece of work is."""

    class Meta:
        model = Job
        fields = read_only_fields = ("id", "kind", "state", "done", "total", "attempts", "error_code")


class JobView(APIView):
    """One job of a matter the caller may see."""

    authentication_classes = [AgencyToken, StaffSession]
    permission_classes = [IsAuthenticated]

    @extend_schema(responses=JobOut)
    def get(self, request: Request, pk: int) -> Response:
        """State and progress: pages done of pages."""
        job = Job.objects.filter(pk=pk).first()
        if job is None or not _visible(job, caller(request)):
            raise NotVisible()
        return Response(JobOut(job).data)


class JobAgainView(APIView):
    """Parked work, begun again."""

    authentication_classes = [StaffSession]
    permission_classes = [IsAuthenticated, IsStaff]

    @extend_schema(request=None, responses={202: JobOut})
    def post(self, request: Request, pk: int) -> Response:
        """Start work again that failed too often and waits for a person."""
        return Response(JobOut(restart_job(pk, actor=caller(request))).data, status=202)


def _visible(job: Job, person: Any) -> bool:
    """The desk sees all work on its matters, an agency what it caused itself; each only while it sees the
    matter."""
    asked = person.role in DESK_ROLES or job.actor_id == person.pk
    return asked and bool(job.lane) and visible_matters(person).filter(pk=job.lane).exists()


class CourtsView(APIView):
    """The city's own directory of courts."""

    authentication_classes = [StaffSession]
    permission_classes = [IsAuthenticated, IsStaff]

    @extend_schema(responses=CourtContactOut(many=True))
    def get(self, request: Request) -> Response:
        """Every line; a call-back names one of them."""
        return Response(CourtContactOut(CourtContact.objects.order_by("court", "office"), many=True).data)


class PeopleView(APIView):
    """People of the desk, to assign matters to."""

    authentication_classes = [StaffSession]
    permission_classes = [IsAuthenticated, IsStaff]

    @extend_schema(responses=SessionOut(many=True))
    def get(self, request: Request) -> Response:
        """Active officers, verifiers and counsel."""
        desk = Person.objects.filter(is_active=True, role__in=sorted(DESK_ROLES)).order_by("name")
        return Response(SessionOut(desk, many=True).data)
