"""Addresses of a process that serves the public pages and nothing else."""

from __future__ import annotations

from django.urls import include, path

from gateway.web.urls import PUBLIC_ROOMS, addresses

urlpatterns = [path("", include((addresses(PUBLIC_ROOMS), "web")))]
