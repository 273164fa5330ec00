"""A user without a browser: Streamlit's own messages over its own connection, answers as text.

Twenty Chromiums would need more than the two cores that the server is to be measured on; this client costs a few
milliseconds per answer and the server cannot tell the difference. It keeps what is on the page, as the browser does.
"""

from __future__ import annotations

import hashlib
import json
import re
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

PATIENCE_SECONDS = 120.0


@dataclass
class User:
    """One visitor with a page open.

    Parameters
    ----------
    port
        Port of the server on this machine.
    page
        Page of the app, as in its address.
    query
        What stands in the address after the question mark.
    """

    port: int
    page: str = ""
    query: str = ""
    base_path: str = ""
    headers: dict[str, str] = field(default_factory=dict)  # of the connection, beside what a browser sends
    token: str = ""  # of the page, that a browser with a cookie shows
    elements: dict[tuple[int, ...], Any] = field(default_factory=dict)
    fragments: dict[tuple[int, ...], str] = field(default_factory=dict)
    waiting: dict[str, float] = field(default_factory=dict)  # fragments that ask to be run again, after seconds
    hashes: dict[str, str] = field(default_factory=dict)  # pages by their address
    page_hash: str = ""
    received: int = 0
    redirect: str = ""  # where the app sends the browser to sign in

    def __post_init__(self) -> None:
        self._fragment = ""
        self._touched: set[tuple[int, ...]] = set()
        self._stack = ExitStack()
        # A name given as Host stands in the address, as in a browser; a second header of that name is no HTTP.
        others = {name: value for name, value in self.headers.items() if name.lower() != "host"}
        name = self.headers.get("Host", f"127.0.0.1:{self.port}")
        connection = connect(
            f"ws://{name}{self.base_path}/_stcore/stream",
            address=("127.0.0.1", self.port),
            subprotocols=["streamlit", *filter(None, [self.token])],  # type: ignore[list-item]
            max_size=None,
            compression=None,
            open_timeout=PATIENCE_SECONDS,
            additional_headers=others,
            proxy=None,
        )
        self._connection = self._stack.enter_context(connection)

    def open(self) -> float:
        """Open the page; seconds until it is complete."""
        return self._run()

    def go(self, page: str, query: str = "") -> float:
        """Go to another page of the app; seconds until it is complete."""
        self.page, self.query, self.page_hash = page, query, self.hashes[page]
        return self._run()

    def choose(self, label: str, option: int) -> float:
        """Choose another option of a list; seconds until the page is complete again."""
        path, box = self.selectbox(label)
        message = self._message(self.fragments.get(path, ""))
        state = message.rerun_script.widget_states.widgets.add()
        state.id, state.string_value = box.id, box.options[option]
        return self._send(message)

    def press(self, label: str) -> float:
        """Press a button; seconds until the page is complete again."""
        for path, element in self.elements.items():
            if element.WhichOneof("type") == "button" and element.button.label == label:
                message = self._message(self.fragments.get(path, ""))
                state = message.rerun_script.widget_states.widgets.add()
                state.id, state.trigger_value = element.button.id, True
                return self._send(message)
        raise LookupError(f"{self.page}: no button {label!r}")

    def click_map(self, code: str, number: int) -> float:
        """Click a municipality on the map; seconds until the page is complete again."""
        path, element = self.map()
        message = self._message(self.fragments.get(path, ""))
        state = message.rerun_script.widget_states.widgets.add()
        state.id, state.json_value = element.id, json.dumps({"code": code, "click": number, "drawn": True})
        return self._send(message)

    def selectbox(self, label: str) -> tuple[tuple[int, ...], Any]:
        """Where a list of choices stands, and what it offers."""
        for path, element in self.elements.items():
            if element.WhichOneof("type") == "selectbox" and element.selectbox.label == label:
                return path, element.selectbox
        raise LookupError(f"{self.page}: no list {label!r}")

    def map(self) -> tuple[tuple[int, ...], Any]:
        """The map frame."""
        for path, element in self.elements.items():
            if (
                element.WhichOneof("type") == "component_instance"
                and "explorer_map" in element.component_instance.component_name
            ):
                return path, element.component_instance
        raise LookupError(f"{self.page}: no map")

    def map_arguments(self) -> dict[str, Any]:
        """What the map was told to draw."""
        found: dict[str, Any] = json.loads(self.map()[1].json_args)
        return found

    def text(self) -> str:
        """All that can be read on the page, without markup."""
        parts = []
        for path in sorted(self.elements):
            element = self.elements[path]
            kind = element.WhichOneof("type")
            body = getattr(getattr(element, kind or "", None), "body", "")
            if isinstance(body, str) and body:
                parts.append(re.sub(r"<(style|script).*?</\1>", "", body, flags=re.DOTALL))
        return re.sub(r"<[^>]+>", " ", "\n".join(parts))

    def answer(self) -> str:
        """A fingerprint of texts, tables and maps of the page, the same for everybody who asks the same."""
        digest = hashlib.sha256(self.text().encode())
        for path in sorted(self.elements):
            element = self.elements[path]
            kind = element.WhichOneof("type")
            if kind == "dataframe":
                digest.update(element.dataframe.arrow_data.data)
            elif kind == "component_instance":
                shown = json.loads(element.component_instance.json_args)
                digest.update(json.dumps({**shown, "stamp": None, "key": None}, sort_keys=True).encode())
        return digest.hexdigest()

    def failures(self) -> list[str]:
        """Messages of failed panels on the page."""
        found = [
            element.exception.message for element in self.elements.values() if element.WhichOneof("type") == "exception"
        ]
        return found + re.findall(r"表示できませんでした[^<]*", self.text())

    def close(self) -> None:
        """Leave."""
        self._stack.close()

    def _run(self) -> float:
        self.elements.clear()
        self.fragments.clear()
        return self._send(self._message(""))

    def _message(self, fragment: str, *, is_auto: bool = False) -> BackMsg:
        message = BackMsg()
        state = message.rerun_script
        state.query_string = self.query
        state.page_script_hash = self.page_hash
        state.page_name = "" if self.page_hash else self.page
        state.fragment_id = fragment
        state.is_auto_rerun = is_auto
        state.context_info.timezone = "Asia/Tokyo"
        state.context_info.url = f"http://127.0.0.1:{self.port}{self.base_path}/{self.page}"
        return message

    def _send(self, message: BackMsg) -> float:
        begin = time.perf_counter()
        self.waiting.clear()
        self._ask(message)
        while self.waiting and time.perf_counter() - begin < PATIENCE_SECONDS:  # background work shows how far it is
            fragment, seconds = next(iter(self.waiting.items()))
            time.sleep(seconds)
            self.waiting.pop(fragment, None)
            self._ask(self._message(fragment, is_auto=True))
        return time.perf_counter() - begin

    def _ask(self, message: BackMsg) -> None:
        self._fragment, self._touched = message.rerun_script.fragment_id, set()
        self._connection.send(message.SerializeToString())
        self._receive()

    def _forget_stale(self, *, is_page: bool) -> None:
        """What the run has not written again is gone: of the page, or of the fragment that ran."""
        for path in list(self.elements):
            if path not in self._touched and (is_page or self.fragments.get(path) == self._fragment):
                del self.elements[path]
                self.fragments.pop(path, None)

    def _receive(self) -> None:
        """Take messages until the script has ended and no other run has begun."""
        while True:
            data = self._connection.recv(timeout=PATIENCE_SECONDS)
            assert isinstance(data, bytes)
            self.received += len(data)
            message = ForwardMsg.FromString(data)
            kind = message.WhichOneof("type")
            if kind == "delta":
                self._take(message)
            elif kind == "navigation":
                self.hashes = {page.url_pathname: page.page_script_hash for page in message.navigation.app_pages}
                self.page_hash = message.navigation.page_script_hash
            elif kind == "page_info_changed":
                self.query = message.page_info_changed.query_string
            elif kind == "auth_redirect":
                self.redirect = message.auth_redirect.url
            elif kind == "auto_rerun":
                self.waiting[message.auto_rerun.fragment_id] = message.auto_rerun.interval
            elif kind == "stop_auto_rerun":
                self.waiting.pop(message.stop_auto_rerun.fragment_id, None)
            elif kind == "script_finished" and message.script_finished in {0, 3}:  # the page; a fragment of it
                self._forget_stale(is_page=message.script_finished == 0)
                return
            elif kind == "script_finished" and message.script_finished != 2:  # 2: ended early for another run
                raise RuntimeError(f"{self.page}: the script ended with {message.script_finished}")

    def _take(self, message: ForwardMsg) -> None:
        path, delta = tuple(message.metadata.delta_path), message.delta
        kind = delta.WhichOneof("type")
        if kind == "new_element":
            self.elements[path] = delta.new_element
            self._touched.add(path)
            self.fragments[path] = delta.fragment_id
        elif kind == "add_block":
            for each in [each for each in self.elements if each[: len(path)] == path]:
                del self.elements[each]
                self.fragments.pop(each, None)
