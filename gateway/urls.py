"""Every address of the gateway, by surface (reliability.md R7).

`GATEWAY_SURFACE` says what this process serves: `staff` (pages), `agency` (API), `delivery`
(released bytes), `public` (the pages for everybody alone, for a server that stands in the open), or
`all` of them on one machine. Each surface has a URL configuration of
its own, so that a process cannot answer for another.
"""

from __future__ import annotations

from importlib.util import find_spec

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.urls import URLPattern, URLResolver, include, path

from gateway.process.views import healthz

# Surface -> (prefix, URL configuration). Order matters: the pages at the root come last.
SURFACES = {
    "delivery": (("delivery/", "gateway.delivery.urls"),),
    "agency": (("api/v1/", "gateway.api.urls"),),
    "staff": (("", "gateway.web.urls"),),
    "public": (("", "gateway.web.public_urls"),),
}
WITHIN_STAFF = "public"  # the staff's pages hold the public ones as well


def addresses(surface: str) -> list[URLPattern | URLResolver]:
    """Return what a process of this surface serves. Raises ImproperlyConfigured for an unknown one."""
    if surface != "all" and surface not in SURFACES:
        raise ImproperlyConfigured(f"GATEWAY_SURFACE must be all, {', '.join(SURFACES)}")
    every = {name: parts for name, parts in SURFACES.items() if name != WITHIN_STAFF}
    chosen = every if surface == "all" else {surface: SURFACES[surface]}
    found: list[URLPattern | URLResolver] = [path("healthz", healthz, name="healthz")]
    for parts in chosen.values():
        found += [path(prefix, include(module)) for prefix, module in parts if find_spec(module)]
    return found


urlpatterns = addresses(settings.SURFACE)
handler500 = "gateway.api.errors.server_error"
