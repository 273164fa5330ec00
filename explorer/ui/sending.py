"""How answers leave the server: in one piece where they are soon complete, and without waiting for acknowledgements.

Streamlit sends every 5 ms what a script has said so far, and the browser lays out the page anew for each piece: five to ten
times for one answer, which takes it longer than the answer takes here. It has no settings for either; what is replaced here
is tested with the version that is locked.
"""

from __future__ import annotations

import asyncio
import socket
from time import monotonic
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
    from streamlit.runtime.app_session import AppSession

HOLD_SECONDS: Final = 0.06  # most answers are complete by then; of the others the first part goes out
_LOOK_AGAIN_SECONDS: Final = 0.004


def send_in_one_piece() -> None:
    """Hold what a run of a script says until it has ended, but not for longer than :data:`HOLD_SECONDS`."""
    from streamlit.runtime.app_session import AppSession, AppSessionState

    flush = AppSession.flush_browser_queue
    held_since: WeakKeyDictionary[AppSession, float] = WeakKeyDictionary()

    def flush_when_complete(session: AppSession) -> list[ForwardMsg]:
        if session._state != AppSessionState.APP_IS_RUNNING:
            held_since.pop(session, None)
        elif not session._browser_queue.is_empty():
            now = monotonic()
            if now - held_since.setdefault(session, now) < HOLD_SECONDS:
                look_again = session._message_enqueued_callback
                asyncio.get_running_loop().call_later(_LOOK_AGAIN_SECONDS, look_again)  # type: ignore[arg-type]
                return []
        return flush(session)

    AppSession.flush_browser_queue = flush_when_complete  # type: ignore[method-assign, assignment]


def send_without_delay() -> None:
    """Set ``TCP_NODELAY`` on the server's connections, which take it from the socket that accepts them.

    Streamlit binds a socket that does not name TCP as its protocol, so that asyncio leaves Nagle's algorithm on: whatever is
    written in two pieces may wait 40 ms for the acknowledgement of the first.
    """
    from streamlit.web.server.starlette import starlette_server

    bind = starlette_server._bind_socket

    def bind_without_delay(*given: Any, **named: Any) -> socket.socket:
        bound = bind(*given, **named)
        bound.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return bound

    starlette_server._bind_socket = bind_without_delay
