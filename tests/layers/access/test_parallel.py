"""Work in chunks: order, errors, and an end by Ctrl-C."""

import signal
import subprocess
import sys
import threading
import time

import pytest

from layers.access.parallel import available_cores, run_chunks, spans, stream_chunks

# Some ten minutes of kernels, were nobody to end them; a chunk takes a tenth of a second or so.
LONG = """
import sys
import numpy as np
from numba import njit
from layers.access.parallel import run_chunks

@njit(nogil=True)
def spin(turns):
    state = np.uint64(1)
    for _ in range(turns):
        state ^= state << np.uint64(13)
        state ^= state >> np.uint64(7)
        state ^= state << np.uint64(17)
    return state

spin(10)
print("ready", flush=True)
run_chunks(spin, [50_000_000] * 10_000, threads=int(sys.argv[1]))
"""


@pytest.mark.parametrize("threads", [1, 2])
def test_ctrl_c_ends_a_long_calculation(threads):
    with subprocess.Popen(
        [sys.executable, "-c", LONG, str(threads)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout.readline() == "ready\n"
            time.sleep(0.5)
            assert process.poll() is None
            process.send_signal(signal.SIGINT)
            # About a second on a free machine; the rest is for one that is not.
            _, errors = process.communicate(timeout=10)
        finally:
            process.kill()
    assert process.returncode == -signal.SIGINT
    assert errors.rstrip().endswith("KeyboardInterrupt")


@pytest.mark.parametrize("threads", [None, 1, 3])
def test_results_are_in_the_order_of_the_chunks(threads):
    def late_first(number):
        time.sleep(0.02 if number == 0 else 0.0)
        return number * number

    assert run_chunks(late_first, range(20), threads=threads) == [number * number for number in range(20)]


def test_nothing_to_do():
    assert run_chunks(str, []) == []


def test_chunks_run_beside_each_other():
    """Each of two chunks waits for the other to have begun."""
    both = threading.Barrier(2, timeout=10)
    assert sorted(run_chunks(lambda _: both.wait(), [0, 1], threads=2)) == [0, 1]


def test_one_chunk_stays_in_the_calling_thread():
    assert run_chunks(lambda _: threading.current_thread(), [0], threads=4) == [threading.current_thread()]


@pytest.mark.parametrize("threads", [1, 2])
def test_the_earliest_error_ends_the_rest(threads):
    begun = []

    def fails_at_three(number):
        begun.append(number)
        time.sleep(0.005)
        if number >= 3:
            raise LookupError(str(number))

    with pytest.raises(LookupError, match="3"):
        run_chunks(fails_at_three, range(1000), threads=threads)
    assert len(begun) < 1000


def test_a_stream_works_only_a_little_ahead():
    begun = []
    stream = stream_chunks(begun.append, range(1000), threads=2)
    assert begun == []
    next(stream)
    stream.close()
    assert 0 < len(begun) < 20


def test_calculations_from_several_threads_at_once():
    answers = {}

    def session(number):
        answers[number] = run_chunks(lambda chunk: chunk + number, range(50), threads=2)

    sessions = [threading.Thread(target=session, args=(number,)) for number in range(4)]
    for one in sessions:
        one.start()
    for one in sessions:
        one.join()
    assert answers == {number: list(range(number, number + 50)) for number in range(4)}


def test_spans():
    assert spans(7, 3) == [(0, 3), (3, 6), (6, 7)]
    assert spans(0, 3) == []


def test_wrong_numbers():
    with pytest.raises(ValueError, match="threads must be 1 or more"):
        run_chunks(str, [1], threads=0)
    with pytest.raises(ValueError, match="size must be 1 or more"):
        spans(3, 0)
    assert available_cores() >= 1
