"""Long work: it is handed over, told, stopped; no turn is lost, no error is swallowed."""

from __future__ import annotations

import threading
import time

import pytest
from streamlit.testing.v1 import AppTest

from explorer.ui import jobs
from explorer.ui.jobs import AT_ONCE, Job

PATIENCE = 30.0


def wait_until(claim) -> None:
    end = time.monotonic() + PATIENCE
    while not claim():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_work_ends_with_its_answer_or_its_error():
    done = Job(lambda job: 42).start()
    assert done.wait(PATIENCE)
    assert (done.state, done.result) == ("done", 42)

    def fail(job):
        raise ValueError("町")

    failed = Job(fail).start()
    assert failed.wait(PATIENCE)
    assert failed.state == "failed"
    assert "町" in failed.detail
    with pytest.raises(ValueError, match="町"):
        raise failed.error


def test_work_that_never_says_anything_is_stopped_too():
    begun, left = threading.Event(), threading.Event()

    def work(job):
        begun.set()
        try:
            while True:
                time.sleep(0.001)
        finally:
            left.set()

    job = Job(work).start()
    assert begun.wait(PATIENCE)
    job.stop()
    assert job.is_over
    assert left.wait(PATIENCE)
    assert job.state == "stopped"
    job.stop()  # once more does nothing
    assert job.state == "stopped"


def test_stopped_work_stays_stopped_even_if_it_ends_well():
    begun, go_on = threading.Event(), threading.Event()

    def work(job):
        begun.set()
        try:
            go_on.wait(PATIENCE)
        except jobs.Stopped:
            return 1
        return 1

    job = Job(work).start()
    assert begun.wait(PATIENCE)
    job.stop()
    go_on.set()
    time.sleep(0.05)
    assert job.state == "stopped"


def test_no_more_than_two_at_once_and_no_turn_is_lost():
    running, most, lock, go_on = set(), [0], threading.Lock(), threading.Event()

    def work(job):
        with lock:
            running.add(id(job))
            most[0] = max(most[0], len(running))
        try:
            while not go_on.is_set():
                time.sleep(0.001)
        finally:
            with lock:
                running.discard(id(job))

    started = [Job(work).start() for _ in range(6)]
    wait_until(lambda: len(running) == AT_ONCE)
    queued = [job for job in started if job.is_queued]
    assert len(queued) == 6 - AT_ONCE
    queued[0].stop()
    next(job for job in started if id(job) in running).stop()
    go_on.set()
    assert all(job.wait(PATIENCE) for job in started)
    assert sorted(job.state for job in started) == ["done"] * 4 + ["stopped"] * 2
    assert most[0] <= AT_ONCE
    again = [Job(lambda job: 1).start() for _ in range(AT_ONCE * 2)]
    assert all(job.wait(PATIENCE) for job in again)


@pytest.mark.parametrize("after", [0.0, 0.0005, 0.001, 0.002])
def test_a_stop_at_any_moment_leaves_the_thread_whole(after):
    for _ in range(20):
        job = Job(lambda job: sum(range(2000))).start()
        time.sleep(after)
        job.stop()
        assert job.wait(PATIENCE)
        assert job.state in {"done", "stopped"}
    again = [Job(lambda job: 1).start() for _ in range(AT_ONCE * 2)]
    assert all(job.wait(PATIENCE) for job in again)
    wait_until(lambda: not any(thread.name == "explorer-job" for thread in threading.enumerate()))


def test_work_that_nobody_looks_at_ends(monkeypatch):
    monkeypatch.setattr(jobs, "UNSEEN_SECONDS", 0.05)

    def work(job):
        while True:
            job.say("…")
            time.sleep(0.01)

    job = Job(work).start()
    assert job.wait(PATIENCE)
    assert job.state == "stopped"


def page():
    import streamlit as st

    from explorer.ui import jobs

    def work(job):
        job.say("<b>架空</b>の計算", 0.25)
        gate = st.session_state_gate
        while not gate.is_set():
            job.check()
        return "答え"

    st.text_input("q", key="q")
    found = jobs.answer("test", st.session_state.get("q"), work, "ja")
    if found is not None:
        st.text(found)


def test_a_page_shows_progress_then_the_answer_and_the_button_stops(monkeypatch):
    import streamlit as st

    monkeypatch.setattr(jobs, "WAIT_SECONDS", 0.05)
    gate = threading.Event()
    monkeypatch.setattr(st, "session_state_gate", gate, raising=False)
    app = AppTest.from_function(page).run()
    assert not app.exception
    assert not app.text
    shown = "".join(each.proto.body for each in app.get("html"))
    assert "&lt;b&gt;架空&lt;/b&gt;の計算" in shown
    assert [each.label for each in app.button] == ["中止"]
    app.button[0].click().run()
    assert [each.label for each in app.button] == ["計算する"]
    assert any("中止しました" in each.value for each in app.caption)
    app.button[0].click().run()
    assert [each.label for each in app.button] == ["中止"]
    gate.set()
    wait_until(lambda: app.run().text)
    assert app.text[0].value == "答え"
    assert not app.button
