"""What a client accepts an answer to be compressed with (RFC 9110, 12.5.3)."""

from sanic.request import Request


def accepts_gzip(request: Request) -> bool:
    """Whether `Accept-Encoding` names gzip, or anything, with a weight that is not zero."""
    weights: dict[str, bool] = {}
    for each in ",".join(request.headers.getall("Accept-Encoding", [])).split(","):
        coding, _, parameters = each.partition(";")
        weight = parameters.strip().lower().removeprefix("q=")
        weights[coding.strip().lower()] = weight.strip("0.") != "" or not parameters
    return weights.get("gzip", weights.get("x-gzip", weights.get("*", False)))
