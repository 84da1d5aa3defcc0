"""The end of a session in Chromium: a calm warning, one press to stay, and nothing typed is lost."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils import timezone

from tests import factories
from tests.browser import shoot, watched
from tests.gateway.web.conftest import signed_in
from tests.gateway.web.test_browser import _look
from workflows.matters.models import Matter

__all__ = ["shoot", "watched"]
pytestmark = [pytest.mark.browser, pytest.mark.slow]

# The same end as the server tells it again, half a second later by the clock of the page.
POLLED = """(opened) => {
  const end = opened + Number(document.getElementById("session").dataset.left) * 1000 + 500;
  const told = { "X-Session-Left": String((end - Date.now()) / 1000), "X-Session-Until": "00:00" };
  const xhr = { getResponseHeader: (name) => told[name] };
  document.dispatchEvent(new CustomEvent("htmx:afterRequest", { detail: { xhr } }));
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_end_is_announced_and_put_off_by_keyboard_and_what_is_typed_survives_it(
    city: factories.City, watched: Any, shoot: Any, scheme: str
) -> None:
    page = watched.person(
        {"sessionid": signed_in(city.officer).cookies["sessionid"].value}, color_scheme=scheme
    )
    found: dict[Any, Any] = {}
    page.clock.install()
    page.goto(reverse("web:new"))
    opened = page.evaluate("Date.now()")
    page.fill("[name=description]", "Minutes of the park committee.")
    note, over, says = (page.locator(f"#session-{name}") for name in ("soon", "over", "says"))
    page.clock.fast_forward("12:30")
    assert not note.is_visible()
    page.clock.fast_forward("00:30")
    assert note.is_visible() and "Your session ends at" in says.text_content()
    shoot(page, f"session-soon-{scheme}")
    page.evaluate(POLLED, opened)
    assert "00:00" not in note.text_content()  # what a page asks for by itself brings no new end
    _look(page, "soon", found)
    shoot(page, f"session-soon-320-{scheme}")
    page.set_viewport_size({"width": 1440, "height": 900})

    page.keyboard.press("Home")
    page.locator(".skip").focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Stay signed in"
    with page.expect_response(lambda answer: answer.url.endswith("/session/stay/")):
        page.keyboard.press("Enter")
    note.wait_for(state="hidden")
    assert "You stay signed in until" in says.text_content()
    assert page.input_value("[name=description]") == "Minutes of the park committee."

    Session.objects.update(expire_date=timezone.now())
    page.clock.fast_forward("15:00")
    assert over.is_visible() and not note.is_visible()
    shoot(page, f"session-over-{scheme}")
    _look(page, "over", found)
    page.set_viewport_size({"width": 1440, "height": 900})
    page.select_option("[name=agency]", index=1)
    page.fill("[name=received_at]", "2026-01-05T10:00")
    page.click("text=Open the matter")
    assert "kept for an hour" in page.inner_text("#messages")
    page.context.add_cookies(
        [{"name": "sessionid", "value": signed_in(city.officer).cookies["sessionid"].value,
          "url": watched.base}]
    )  # fmt: skip
    page.goto(reverse("web:kept"))
    shoot(page, f"session-kept-{scheme}")
    _look(page, "kept", found)
    shoot(page, f"session-kept-320-{scheme}")
    page.click("main button:has-text('Send it now')")
    assert page.inner_text("h1") == Matter.objects.get().number
    assert found == {} and watched.faults == []
