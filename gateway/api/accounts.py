"""Accounts over the API: the same proposals and agreements of two administrators as on their page."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from gateway.accounts import changes
from gateway.accounts.models import AccountChange, Person, Role
from gateway.api.auth import caller, step_up_time
from gateway.api.base import Input, StaffResource, checked, name_of
from workflows.errors import Forbidden
from workflows.matters.models import Agency
from workflows.policy.roles import allowed


class AccountIn(Input):
    """Somebody who is to have an account. One of an agency names the agency, nobody else's does."""

    name = serializers.CharField(max_length=120)
    email = serializers.EmailField()
    role = serializers.CharField(max_length=16, help_text=", ".join(Role.values))
    agency = serializers.PrimaryKeyRelatedField[Agency](
        queryset=Agency.objects.all(), required=False, allow_null=True, default=None
    )
    at_desk = serializers.BooleanField(required=False, default=False)
    is_head = serializers.BooleanField(required=False, default=False)


class RoleIn(Input):
    """Another role for somebody of the staff."""

    role = serializers.CharField(max_length=16, help_text=", ".join(Role.values))


class AccountOut(serializers.ModelSerializer[Person]):
    """An account as it is now; `waits` while a change of it needs another administrator."""

    role = serializers.CharField(read_only=True)
    groups = serializers.SerializerMethodField()
    waits = serializers.SerializerMethodField()

    class Meta:
        model = Person
        fields = read_only_fields = (
            "id", "name", "email", "role", "is_active", "last_login", "groups", "waits",
        )  # fmt: skip

    def get_groups(self, person: Person) -> list[str]:
        """Names of the groups: a desk, a department's heads."""
        return [group.name for group in person.groups.all()]

    def get_waits(self, person: Person) -> bool:
        """Whether a change is open."""
        return any(change.settled_at is None for change in person.changes.all())


class HandedOut(serializers.Serializer[Any]):
    """A new account, switched off, with what its owner signs in with: said this once and never again."""

    account = AccountOut(source="person")
    password = serializers.CharField()
    totp_secret = serializers.CharField()


class AccountChangeOut(serializers.ModelSerializer[AccountChange]):
    """What an administrator proposed for an account; `agreed` is null until it is settled."""

    role = serializers.CharField(read_only=True)
    person_name = name_of("person")
    proposed_by_name = name_of("proposed_by")

    class Meta:
        model = AccountChange
        fields = read_only_fields = (
            "id", "person", "person_name", "what", "role", "proposed_by", "proposed_by_name", "proposed_at",
            "settled_at", "agreed",
        )  # fmt: skip


def _may_read(request: Request) -> None:
    if not allowed(caller(request).role, "manage_people"):
        raise Forbidden("Accounts are kept by administrators.")


def _people() -> QuerySet[Person]:
    return Person.objects.prefetch_related("groups", "changes").order_by("role", "name")


class Accounts(StaffResource):
    """Accounts: whoever gives power needs a second administrator, whoever takes it away acts alone."""

    serializer_class = AccountOut

    @extend_schema(responses=AccountOut(many=True))
    def list(self, request: Request) -> Response:
        """Every account, by role and name."""
        _may_read(request)
        return Response(AccountOut(_people(), many=True).data)

    @extend_schema(request=AccountIn, responses={201: HandedOut})
    def create(self, request: Request) -> Response:
        """The account exists, switched off, until another administrator agrees."""
        _may_read(request)
        wanted = changes.Wanted(**checked(AccountIn, request))
        handed = changes.propose_account(wanted, actor=caller(request), stepped_up_at=step_up_time(request))
        return Response(HandedOut(handed).data, status=201, headers={"Cache-Control": "no-store"})

    @extend_schema(request=RoleIn, responses={201: AccountChangeOut})
    def role(self, request: Request, person_id: UUID) -> Response:
        """Another role is proposed; the old one holds until another administrator agrees."""
        _may_read(request)
        change = changes.propose_role(
            person_id,
            checked(RoleIn, request)["role"],
            actor=caller(request),
            stepped_up_at=step_up_time(request),
        )
        return Response(AccountChangeOut(change).data, status=201)

    @extend_schema(request=None, responses={201: AccountChangeOut})
    def on(self, request: Request, person_id: UUID) -> Response:
        """It is proposed that the person may sign in again."""
        change = changes.propose_on(person_id, actor=caller(request), stepped_up_at=step_up_time(request))
        return Response(AccountChangeOut(change).data, status=201)

    @extend_schema(request=None, responses=AccountOut)
    def off(self, request: Request, person_id: UUID) -> Response:
        """The account is switched off at once, and its sessions are at an end."""
        person = changes.switch_off(person_id, actor=caller(request), stepped_up_at=step_up_time(request))
        return Response(AccountOut(_people().get(pk=person.pk)).data)


class AccountChanges(StaffResource):
    """What waits for a second administrator."""

    serializer_class = AccountChangeOut

    @extend_schema(responses=AccountChangeOut(many=True))
    def list(self, request: Request) -> Response:
        """Every proposal that is open, oldest first."""
        _may_read(request)
        rows = AccountChange.objects.filter(settled_at__isnull=True).select_related("person", "proposed_by")
        return Response(AccountChangeOut(rows.order_by("pk"), many=True).data)

    @extend_schema(request=None, responses=AccountChangeOut)
    def agree(self, request: Request, change_id: int) -> Response:
        """What another administrator proposed holds from now on."""
        return self._settle(request, change_id, True)

    @extend_schema(request=None, responses=AccountChangeOut)
    def decline(self, request: Request, change_id: int) -> Response:
        """The proposal is declined, or taken back by whoever made it."""
        return self._settle(request, change_id, False)

    def _settle(self, request: Request, change_id: int, agrees: bool) -> Response:
        change = changes.settle(change_id, agrees, actor=caller(request), stepped_up_at=step_up_time(request))
        return Response(AccountChangeOut(change).data)


_ONE, _CHANGE = "accounts/<uuid:person_id>/", "account-changes/<int:change_id>/"
urlpatterns = [
    path("accounts/", Accounts.as_view({"get": "list", "post": "create"}), name="accounts"),
    path(f"{_ONE}role/", Accounts.as_view({"post": "role"}), name="account-role"),
    path(f"{_ONE}on/", Accounts.as_view({"post": "on"}), name="account-on"),
    path(f"{_ONE}off/", Accounts.as_view({"post": "off"}), name="account-off"),
    path("account-changes/", AccountChanges.as_view({"get": "list"}), name="account-changes"),
    path(f"{_CHANGE}agree/", AccountChanges.as_view({"post": "agree"}), name="account-change-agree"),
    path(f"{_CHANGE}decline/", AccountChanges.as_view({"post": "decline"}), name="account-change-decline"),
]
