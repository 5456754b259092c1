"""The token check of the services we are measured against, with PyJWT as its documents show it."""

import os

import jwt
from sanic import Request
from sanic.exceptions import Forbidden, Unauthorized

SECRET = os.environ["JWT_SECRET"]


def user_of(request: Request, workspace_id: str) -> str:
    """The user that the bearer token speaks for; it must name the workspace."""
    try:
        claims = jwt.decode(
            request.token, SECRET, algorithms=["HS256"], options={"require": ["exp", "sub"]}
        )
    except jwt.PyJWTError as error:
        raise Unauthorized(str(error), scheme="Bearer") from error
    if workspace_id not in claims["workspaces"]:
        raise Forbidden
    return claims["sub"]
