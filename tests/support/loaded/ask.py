"""Ask the server at argv[1] for a process that runs the module argv[2], and stand for it: `python -I -S ask.py …`.

The process gets this one's environment, folder and standard files. What this one is told by a signal it is told, it
dies with this one, and this one ends as it ends.
"""

import json
import os
import signal
import socket
import sys

PASSED_ON = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGUSR1)


def main() -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.connect(sys.argv[1])
        asked = json.dumps({"words": sys.argv[2:], "environment": dict(os.environ), "folder": os.getcwd()}).encode()  # noqa: PTH109 - a quick start
        socket.send_fds(server, [len(asked).to_bytes(8, "big")], [0, 1, 2])
        server.sendall(asked)
        process = int.from_bytes(server.recv(8), "big")
        for number in PASSED_ON:
            signal.signal(number, lambda told, _: os.kill(process, told))
        end = int.from_bytes(server.recv(8), "big", signed=True)
    if end < 0:
        if -end != signal.SIGKILL:
            signal.signal(-end, signal.SIG_DFL)
        os.kill(os.getpid(), -end)
    os._exit(end)


main()
