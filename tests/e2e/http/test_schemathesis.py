"""schemathesis against the running service: whatever it sends, the answer is as documented."""

from typing import Any

import schemathesis
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test
from schemathesis.checks import CheckFunction
from schemathesis.specs.openapi.checks import (
    negative_data_rejection,
    positive_data_acceptance,
)

from tests.support.service import RunningService
from tests.support.tokens import token
from transport.documents.openapi import openapi

WORKSPACE = "fuzz"
HEADERS = {
    "Authorization": f"Bearer {token('alice', (WORKSPACE,), scope='kanal:operate')}",
}

BOUNDED = settings(derandomize=True, max_examples=60, deadline=None)
IN_STEPS = settings(BOUNDED, max_examples=15, stateful_step_count=6)

# A workspace that the token names, and a position that no request need wait for.
PARAMETERS = {"path.workspaceId": WORKSPACE, "query.minPosition": 0}

# What the service serves as /openapi.json; test_api_documents.py holds it to that.
# A stream goes on. To register a webhook is to have something sent to whatever is made up.
api = (
    schemathesis.openapi.from_dict(
        openapi(), config=schemathesis.Config.from_dict({"parameters": PARAMETERS})
    )
    .exclude(path="/log/stream")
    .exclude(path_regex="^/webhooks", method=["POST", "PATCH"])
)


def beyond_a_schema(response: schemathesis.Response) -> list[CheckFunction]:
    """The checks that do not fit an answer.

    No schema can tell which key was used before, at which version a channel is, nor where the log
    ends. schemathesis makes up If-Match whatever the schema says, and takes unknown parameters of
    a query and a token that the test sends anyway as things to refuse.
    """
    if response.request.method in ("GET", "HEAD"):
        is_told = "the head of the log" in response.text or response.request.method == "HEAD"
        is_future = (response.status_code == 422 and is_told) or response.status_code == 410
        return [negative_data_rejection, *[positive_data_acceptance] * is_future]
    is_refused = response.status_code in (400, 412, 422)
    problem = response.json() if is_refused else {"code": "", "detail": ""}
    beyond = problem["code"] in ("idempotency_key_reused", "stale_version")
    return [positive_data_acceptance] if beyond or "If-Match" in problem["detail"] else []


@api.parametrize()
@BOUNDED
def test_every_answer_is_as_the_document_says(
    service: RunningService, case: schemathesis.Case
) -> None:
    response = case.call(base_url=service.url, headers=HEADERS)
    case.validate_response(response, headers=HEADERS, excluded_checks=beyond_a_schema(response))


def test_what_one_answer_names_the_next_request_finds(service: RunningService) -> None:
    class Requests(api.as_state_machine()):  # type: ignore[misc]
        def get_call_kwargs(self, case: schemathesis.Case) -> dict[str, Any]:
            return {"base_url": service.url, "headers": HEADERS}

        def validate_response(
            self, response: schemathesis.Response, case: schemathesis.Case, **more: Any
        ) -> None:
            # Not by way of the library's own method, which takes what it is given beside the
            # response for arguments of the transport.
            excluded = beyond_a_schema(response)
            case.validate_response(response, headers=HEADERS, excluded_checks=excluded)

    run_state_machine_as_test(Requests, settings=IN_STEPS)


def test_the_service_is_well_after_all_that(service: RunningService) -> None:
    assert service.troubles == ""
