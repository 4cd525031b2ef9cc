"""The signal to stop is heard at whatever moment it comes."""

import subprocess
import sys

ASKED_AT_EACH_STEP = """
import signal, sys, threading
from bot.cli.session import stop_signal

def traced(frame, event, argument):
    global left
    left -= 1
    if left == 0:
        sys.settrace(None)
        signal.raise_signal(signal.SIGTERM)
        return None
    frame.f_trace_opcodes = True
    return traced

steps, left = 0, 0
while left <= 0:
    signal.alarm(10)  # Ends a process that would wait for ever.
    steps += 1
    left = steps
    stop = stop_signal()
    in_the_end = threading.Timer(1, stop.set)
    in_the_end.start()
    sys.settrace(traced)
    stop.wait()
    sys.settrace(None)
    in_the_end.cancel()
print(steps)
"""
"""Asked for the end at the first step of the main thread on its way into waiting, at the second, and so on to the last:
then the timer ends the wait."""

ASKED_BY_ANOTHER_THREAD = """
import signal, threading, time
from bot.cli.session import stop_signal

signal.alarm(10)
stop = stop_signal()

def ask():
    # The thread that hears the signal is not the one that waits, as if it came right before that one fell asleep.
    time.sleep(0.5)
    signal.raise_signal(signal.SIGTERM)

threading.Thread(target=ask, daemon=True).start()
stop.wait()
print(signal.getsignal(signal.SIGTERM) is signal.SIG_DFL)
"""


def test_asked_to_stop_while_it_is_about_to_wait_it_ends():
    ran = subprocess.run([sys.executable, "-c", ASKED_AT_EACH_STEP], capture_output=True, text=True, timeout=60)
    assert ran.returncode == 0, ran.stderr or f"It never ended ({ran.returncode})."
    assert int(ran.stdout) > 3


def test_asked_to_stop_while_it_falls_asleep_it_ends():
    ran = subprocess.run([sys.executable, "-c", ASKED_BY_ANOTHER_THREAD], capture_output=True, text=True, timeout=60)
    assert ran.returncode == 0, ran.stderr or f"It never ended ({ran.returncode})."
    assert ran.stdout == "True\n", "a second signal would not end it at once"
