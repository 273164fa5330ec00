"""The rebuild under way: step, time left, a button that stops it; when it is over, what came of it."""

from __future__ import annotations

import time
from typing import Final

import streamlit as st

from explorer.own_data.rebuild import Job, cancel, job_of
from explorer.progress import STEP_NAMES
from explorer.ui.study import Study
from explorer.words import Language, either, number, one_language, word

LOOK_SECONDS: Final = 1.0
_SEEN: Final = "data_job_message"  # the id of a job whose end this session has been told
_OURS: Final = "data_job_ours_message"  # ids of jobs that this session saw under way


def show_job(study: Study, language: Language, *, is_whole: bool) -> None:
    """The job of this workspace: always while it runs; how it ended, where this session saw it run or on its own view."""
    job = job_of(study.workspace.path)
    if job is None:
        return
    if job.is_under_way:
        _mark(job)
        _running(study, language)
    elif is_whole or job.id in st.session_state.get(_OURS, ()):
        _ended(job, language)


def _mark(job: Job) -> None:
    st.session_state[_OURS] = {*st.session_state.get(_OURS, ()), job.id}


@st.fragment(run_every=LOOK_SECONDS)
def _running(study: Study, language: Language) -> None:
    job = job_of(study.workspace.path)
    if job is None or not job.is_under_way:
        st.rerun(scope="app")  # the page opens the new workspace, or tells why there is none
    name = either(STEP_NAMES[job.step], language) if job.step in STEP_NAMES else ""
    left = job.left_now()
    passed = number(time.time() - job.started_at, language)
    text = (
        word("dp_job_running", language, step=name, passed=passed)
        if left is None
        else word("dp_job_running_left", language, step=name, passed=passed, left=number(left, language))
    )
    bar, button = st.columns([0.8, 0.2], vertical_alignment="center")
    bar.progress(min(1.0, max(0.0, job.share)), text=text)
    if button.button(word("dp_job_cancel", language), key="data_cancel_button", width="stretch"):
        cancel(study.workspace.path)
    st.caption(word("dp_job_meanwhile", language))


def _ended(job: Job, language: Language) -> None:
    if job.phase == "done":
        seconds, warnings = number(job.told_at - job.started_at, language), number(job.warnings, language)
        st.success(word("dp_job_done", language, seconds=seconds, warnings=warnings))
    elif job.phase == "failed":
        from explorer.ui.frame import warn

        warn(word("dp_job_failed", language, reason=one_language(job.message, language)))
    elif job.phase == "stopped":
        st.info(word("dp_job_stopped", language))
    else:
        st.info(word("dp_job_killed", language))
