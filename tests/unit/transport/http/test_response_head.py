"""The head of a JSON response is the one that Sanic would write."""

from hypothesis import given
from hypothesis import strategies as st
from sanic.response import HTTPResponse

from projections.representations import GoneModel
from transport.http.response import json_response

_VALUES = st.one_of(st.text(st.characters(codec="utf-8") | st.sampled_from("\r\n")), st.integers())


@given(st.dictionaries(st.from_regex("[A-Za-z-]{1,8}", fullmatch=True), _VALUES))
def test_a_head_is_what_sanic_writes_also_of_a_value_that_would_end_a_line(
    headers: dict[str, object],
) -> None:
    ours, theirs = (
        json_response(GoneModel("c", "w", 1)),
        HTTPResponse(content_type="application/json"),
    )
    for response in (ours, theirs):
        response.headers.update(headers)
    assert list(ours.processed_headers) == list(theirs.processed_headers)
