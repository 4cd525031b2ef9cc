"""A way to PostgreSQL that can fall silent: connections stay open, new ones are taken, and nothing comes through."""

import socket
import threading
from contextlib import suppress
from pathlib import Path

from sqlalchemy import make_url


class SilentRelay:
    """Passes bytes between a TCP port and the server's Unix socket, as long as it is not told to be silent."""

    def __init__(self, url):
        self._target = next(Path(make_url(url).query["host"]).glob(".s.PGSQL.*[0-9]"))
        self._speaks = threading.Event()
        self._speaks.set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = (
            make_url(url)
            .set(host="127.0.0.1", port=self._listener.getsockname()[1], query={})
            .render_as_string(hide_password=False)
        )
        self._open = [self._listener]
        threading.Thread(target=self._take, daemon=True).start()

    def fall_silent(self):
        """From now on nothing is passed on, either way."""
        self._speaks.clear()

    def speak(self):
        """What was held back goes on its way, and all else too."""
        self._speaks.set()

    def close(self):
        """Hang up on everybody."""
        self._speaks.set()
        for one in self._open:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _take(self):
        while True:
            try:
                here, _ = self._listener.accept()
            except OSError:
                return
            there = socket.socket(socket.AF_UNIX)
            there.connect(str(self._target))
            self._open += [here, there]
            for way in ((here, there), (there, here)):
                threading.Thread(target=self._pass_on, args=way, daemon=True).start()

    def _pass_on(self, source, target):
        with suppress(OSError):
            while data := source.recv(65536):
                self._speaks.wait()
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)
