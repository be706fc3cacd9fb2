"""`python -m aira.embedded --help` lists what can be done with the embedded PostgreSQL."""

import argparse
import os
import signal
import subprocess
import sys

from aira import embedded
from aira.embedded import Cluster, EmbeddedError


def execute(cluster: Cluster, command: list[str], *, keep: bool) -> int:
    """Runs a command beside the server; the server stops with it when it started for it."""
    was_running = cluster.folder.exists() and cluster.running()
    cluster.start()
    try:
        try:
            child = subprocess.Popen(command, env=os.environ | cluster.environment())
        except OSError as error:
            raise EmbeddedError(f"{command[0]} can't be run: {error.strerror}.") from error
        for number in (signal.SIGINT, signal.SIGTERM):
            # A terminal's Ctrl-C reaches the child by itself: ours is only not to die of it.
            signal.signal(number, lambda number, _: child.send_signal(number) if number == signal.SIGTERM else None)
        return child.wait()
    finally:
        if not (was_running or keep):
            cluster.stop()


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m aira.embedded", description=embedded.__doc__)
    parser.add_argument("--cluster", default="run", metavar="NAME", help="which cluster (default: run)")
    parser.add_argument(
        "--not-durable",
        action="store_true",
        help="keep it in memory, without fsync: quicker, lost with the machine",
    )
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("start", help="start the server, making the cluster on first need")
    verbs.add_parser("stop", help="stop the server; the data stays")
    verbs.add_parser("status", help="say whether it runs; exit code 0 when it does")
    verbs.add_parser("destroy", help="stop the server and remove its data")
    url = verbs.add_parser("url", help="print the address to connect to")
    url.add_argument("--role", default="postgres", choices=["postgres", "console", "authenticator"])
    run = verbs.add_parser("exec", help="run a command with DATABASE_URL set")
    run.add_argument("--keep", action="store_true", help="leave the server running afterwards")
    run.add_argument("command", nargs=argparse.REMAINDER, metavar="-- COMMAND …")
    options = parser.parse_args(argv)
    try:
        cluster = Cluster.locate(options.cluster, durable=not options.not_durable)
        match options.verb:
            case "start":
                cluster.start()
            case "stop":
                cluster.stop()
            case "destroy":
                cluster.destroy()
            case "status":
                running = cluster.folder.exists() and cluster.running()
                print("running" if running else "stopped")
                return 0 if running else 3
            case "url":
                if not cluster.folder.exists():
                    raise EmbeddedError("There is no cluster yet: start it first.")
                print(cluster.url(options.role))
            case "exec":
                command = options.command[1:] if options.command[:1] == ["--"] else options.command
                if not command:
                    parser.error("exec needs a command")
                return execute(cluster, command, keep=options.keep)
    except EmbeddedError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
