"""Manage the embedded PostgreSQL from the command line: `python -m aira.embedded --help`."""

import argparse
import os
import signal
import subprocess
import sys

from aira import embedded
from aira.embedded import Cluster, EmbeddedError


def execute(cluster: Cluster, command: list[str], *, keep: bool) -> int:
    """Run a command while the server runs. Stop the server afterwards if it was started for the command."""
    was_running = cluster.folder.exists() and cluster.running()
    cluster.start()
    try:
        try:
            child = subprocess.Popen(command, env=os.environ | cluster.environment())
        except OSError as error:
            raise EmbeddedError(f"{command[0]} can't be run: {error.strerror}.") from error
        for number in (signal.SIGINT, signal.SIGTERM):
            # A terminal sends Ctrl-C to the child as well. This process must only survive it.
            signal.signal(number, lambda number, _: child.send_signal(number) if number == signal.SIGTERM else None)
        return child.wait()
    finally:
        if not (was_running or keep):
            cluster.stop()


def main(argv: list[str] | None = None) -> int:
    """Run the command line and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m aira.embedded", description=embedded.__doc__)
    parser.add_argument("--cluster", default="run", metavar="NAME", help="name of the cluster (default: run)")
    parser.add_argument(
        "--not-durable",
        action="store_true",
        help="keep the data in memory without fsync, which is quicker but does not survive a restart",
    )
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("start", help="start the server, and create the cluster if necessary")
    verbs.add_parser("stop", help="stop the server and keep the data")
    verbs.add_parser("status", help="report whether it runs, with exit code 0 if it does")
    verbs.add_parser("destroy", help="stop the server and remove its data")
    url = verbs.add_parser("url", help="print the address of the database")
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
                    raise EmbeddedError("The cluster does not exist yet. Start it first.")
                print(cluster.url(options.role))
            case "exec":
                command = options.command[1:] if options.command[:1] == ["--"] else options.command
                if not command:
                    parser.error("exec needs a command to run, such as: exec -- pytest")
                return execute(cluster, command, keep=options.keep)
    except EmbeddedError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
