"""HEAD: answered as GET is, without a body, wherever there is a GET (RFC 9110, 9.3.2)."""

import httpx
import pytest

from tests.support.http import User, check_problem, created
from transport.documents.openapi import openapi

OPEN = [
    "/", "/docs", "/openapi.json", "/asyncapi.json", "/health/live", "/health/ready",
    "/health/metrics", "/nowhere",
]  # fmt: skip


def check_head(http: httpx.Client, path: str, **headers: str) -> httpx.Response:
    """HEAD of a path is its GET without the body, and its connection goes on; answers the GET."""
    head, got = (http.request(method, path, headers=headers) for method in ("HEAD", "GET"))
    assert head.content == b""
    assert head.status_code == got.status_code
    same = got.headers.keys() - {"x-request-id"}
    if path in ("/health/ready", "/health/metrics"):  # they count on between the two
        same -= {"content-length"}
    assert {name: head.headers[name] for name in same} == {name: got.headers[name] for name in same}
    assert int(head.headers["Content-Length"]) > 0
    return got


@pytest.mark.parametrize("path", OPEN)
def test_what_needs_no_token_has_a_head(http: httpx.Client, path: str) -> None:
    check_head(http, path)
    check_head(http, path, Accept="text/html")


def test_what_needs_a_token_has_a_head_for_those_who_have_one(
    http: httpx.Client, alice: User
) -> None:
    channel = created(alice.create("seen", isPrivate=True))
    assert alice.list(minPosition=channel["position"] + 1).status_code == 200
    at = f"{alice.channels}/{channel['id']}"
    for path in (alice.channels, at, f"{at}/members", f"{at}/history"):
        assert check_head(http, path, **alice.headers).status_code == 200
        assert check_head(http, path).status_code == 401
        assert check_head(http, f"{path}?limit=none", **alice.headers).status_code in (200, 422)
    assert http.head(at, headers=alice.headers).headers["ETag"] == '"1"'
    assert check_head(http, f"{alice.channels}/none", **alice.headers).status_code == 404


def test_the_methods_of_a_path_include_it(http: httpx.Client, alice: User) -> None:
    for path, more in ((alice.channels, {"POST"}), ("/health/live", set()), ("/", set())):
        refused = http.request("PUT", path)
        check_problem(refused, 405, "method_not_allowed")
        allowed = {method.strip() for method in refused.headers["Allow"].split(",")}
        assert allowed == {"GET", "HEAD", *more}


def test_a_path_without_a_get_has_none(http: httpx.Client, alice: User) -> None:
    refused = http.head(f"{alice.channels}/{'0' * 32}/members/bob", headers=alice.headers)
    assert refused.status_code == 405
    assert "HEAD" not in refused.headers["Allow"]


def test_the_document_has_one_beside_each_get(http: httpx.Client) -> None:
    document = http.get("/openapi.json").json()
    assert document == openapi()
    for path in document["paths"].values():
        assert ("head" in path) == ("get" in path)
        for answer in path.get("head", {}).get("responses", {}).values():
            assert "content" not in answer
