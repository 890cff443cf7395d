"""Runs of the program for the reports: a command line in, what it exported out.

Needs nothing but Python's standard library. The program is $SIMULATE.
"""

import json
import os
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor


class Run:
    """What one run exported with --summary-export, and what it was asked."""

    def __init__(self, arguments, export):
        self.arguments = arguments
        self.metrics = export["metrics"]
        self.checks = export["root_group"]["checks"]
        self.simulation = export["simulation"]

    def count(self, metric):
        return self.metrics[metric]["count"] if metric in self.metrics else 0

    def per_second(self, metric):
        return self.metrics[metric]["rate"]

    def share(self, metric):
        return self.metrics[metric]["value"]

    def trend(self, metric, statistic):
        return self.metrics[metric][statistic]

    def broken(self):
        """The safety promises that did not hold, and how often."""
        return [(name, check["fails"]) for name, check in self.checks.items()
                if name in PROMISES and check["fails"] > 0]


PROMISES = [
    "no lost update", "one effect per request", "every 200 is backed by an effect",
    "every failure left no effect", "never below the floor", "one holder per distributed lock",
    "no key stuck in PROCESSING", "nothing held at the end", "every request accounted for",
]


def simulate(*arguments):
    """One run; a threshold that fails (exit code 99) is a result, too."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "summary.json")
        command = [os.environ["SIMULATE"], *arguments, "--quiet", "--summary-export", path]
        done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        if done.returncode not in (0, 99):
            raise SystemExit(f"{' '.join(arguments)}: {done.stderr.strip()}")
        with open(path) as file:
            return Run(arguments, json.load(file))


def in_parallel(function, items):
    """The results in the order of the items, whoever is first."""
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        return list(pool.map(function, items))


def table(header, alignment, rows):
    """A table in Markdown."""
    lines = ["| " + " | ".join(header) + " |", "|" + "|".join(alignment) + "|"]
    lines += ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"
