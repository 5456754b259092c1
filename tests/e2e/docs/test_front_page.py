"""The address that `make run` prints, opened: a page for a browser, the same as JSON for others."""

import re

import httpx
import pytest

CHROME = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
SAFARI = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.mark.parametrize("accept", [CHROME, SAFARI, "text/html", "text/html, */*"])
def test_a_browser_gets_a_page(http: httpx.Client, accept: str) -> None:
    response = http.get("/", headers={"Accept": accept})
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    assert response.headers["Vary"] == "Accept"
    assert "<h1>Kanal</h1>" in response.text


@pytest.mark.parametrize(
    "accept",
    [None, "*/*", "application/json", "application/json, text/html;q=0.9", "image/png", ""],
)
def test_others_get_the_same_as_json(http: httpx.Client, accept: str | None) -> None:
    request = http.build_request("GET", "/", headers={"Accept": accept or ""})
    if accept is None:
        del request.headers["Accept"]
    response = http.send(request)
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/json"
    assert response.headers["Vary"] == "Accept"
    assert response.json()["name"] == "Kanal"


def test_what_it_leads_to_is_there(http: httpx.Client) -> None:
    page = http.get("/", headers={"Accept": CHROME}).text
    links = set(re.findall(r'<a href="(/[^"]*)"', page))
    told = {value for value in http.get("/").json().values() if value[0] == "/"}
    assert links == told
    assert "/docs" in links
    for link in links:
        assert http.get(link).status_code == 200


@pytest.mark.parametrize("path", ["/", "/docs"])
def test_a_page_loads_nothing_of_elsewhere_and_has_no_script_in_it(
    http: httpx.Client, path: str
) -> None:
    answer = http.get(path, headers={"Accept": CHROME})
    policy = {
        name: values
        for name, *values in map(str.split, answer.headers["Content-Security-Policy"].split(";"))
    }
    assert policy["default-src"] == ["'none'"]
    assert policy["script-src"] == policy["connect-src"] == ["'self'"]
    for nobody in ("frame-ancestors", "base-uri", "form-action"):
        assert policy[nobody] == ["'none'"]
    # Scalar makes styles of its own, and there is no way to have it sign them.
    assert policy["style-src"] == (["'self'", "'unsafe-inline'"] if path == "/docs" else ["'self'"])
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert re.findall(r"<script(?![^>]* src=)|<style| style=| on\w+=|https?://", answer.text) == []
