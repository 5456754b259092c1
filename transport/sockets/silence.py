"""Why a connection speaks for nobody, as it is answered where it asks for something."""

from domain.errors import Unavailable
from transport.delivery.past_sessions import End
from transport.delivery.session import Session
from transport.errors import Unauthenticated, not_authenticated


def silence_of(session: Session) -> Unauthenticated | Unavailable:
    """What is raised for a session without an actor. Its token may be as good as before, where the
    log goes on in another epoch: the connection is about to end, and its client comes back."""
    if session.silenced_by is End.EPOCH:
        return Unavailable("the log is in another epoch from here on: connect again")
    return not_authenticated()
