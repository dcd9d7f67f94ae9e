"""A proxy between a run and its server, which cuts the connection at a given byte, or before the answer to a COMMIT."""

import contextlib
import socket
import sys
import threading

_COMMITS = (b"\x03COMMIT", b"Q\0\0\0\x0bCOMMIT\0")  # as MySQL and PostgreSQL are sent one


class Proxy:
    """A Proxy passes bytes to a server, and cuts both ends after a given number of them, or of COMMITs, from the client.

    The server gets the last COMMIT, and its answer does not come through.
    """

    def __init__(self, host: str, port: int, limit: int = sys.maxsize, commits: int = sys.maxsize) -> None:
        self._target, self._left, self._commits_left = (host, port), limit, commits
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
                server = socket.create_connection(self._target)
            except OSError:
                return
            threading.Thread(target=self._pass, args=(server, client, False), daemon=True).start()
            threading.Thread(target=self._pass, args=(client, server, True), daemon=True).start()

    def _pass(self, source: socket.socket, target: socket.socket, counted: bool) -> None:
        try:
            while data := source.recv(4096):
                if counted:
                    data, self._left = data[: self._left], self._left - len(data)
                    self._commits_left -= data.endswith(_COMMITS)
                elif self._commits_left <= 0:
                    break
                target.sendall(data)
                if counted and self._left <= 0:
                    break
        except OSError:
            pass
        for end in (source, target):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)  # close() alone would wait for the other thread's recv()
            end.close()

    def close(self) -> None:
        """Take no more connections."""
        self._listener.close()
