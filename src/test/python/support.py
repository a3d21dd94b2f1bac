"""What the tests share: the package, processes that always end, and a look at what is left."""
import os
import pathlib
import signal
import subprocess
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[3]
PACKAGE = ROOT / "src" / "main" / "python"
sys.path.insert(0, str(PACKAGE))
os.environ["PYTHONPATH"] = str(PACKAGE)
os.environ["OPENBLAS_NUM_THREADS"] = "1"  # processes with threads should not fork
SECONDS = 60


class Child:
    """A forked process that runs a function and ends by os._exit; it is killed when it takes too long."""

    def __init__(self, function, *arguments):
        self.pid = os.fork()
        if self.pid == 0:
            signal.alarm(SECONDS)
            status = 1
            try:
                status = function(*arguments) or 0
            finally:
                os._exit(status)

    def kill(self):
        os.kill(self.pid, signal.SIGKILL)
        return self.wait()

    def wait(self):
        """Its exit status, or the negative signal that ended it."""
        status = os.waitpid(self.pid, 0)[1]
        return -os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)


def python(code, *arguments):
    """Runs a program in a new interpreter: what it printed."""
    return subprocess.run([sys.executable, "-W", "error", "-c", code, *arguments], timeout=SECONDS, check=True,
                          stdout=subprocess.PIPE, universal_newlines=True).stdout.strip()


class Case(unittest.TestCase):
    """A test that hangs is ended by a signal, and one that leaves segments fails."""

    def setUp(self):
        signal.signal(signal.SIGALRM, self._late)
        signal.alarm(SECONDS)
        self.addCleanup(signal.alarm, 0)

    def _late(self, *_):
        raise TimeoutError(f"{self.id()} took more than {SECONDS} s")

    def gone(self, handle):
        import sharray
        with self.assertRaises(sharray.SegmentGoneError):
            sharray.attach(handle)
