"""What is wrong with the input, said in one sentence."""

import argparse
import sys
from collections.abc import Callable

USAGE = 64
CANNOT_WRITE = 73
INTERRUPTED = 130


class Problem(Exception):
    """Something the user can mend: ends the program with its sentence and `code`, without a traceback."""

    def __init__(self, sentence: str, code: int = USAGE):
        super().__init__(sentence)
        self.code = code


class Parser(argparse.ArgumentParser):
    """Ends with the exit code that all of docmill's commands have for a wrong option."""

    def error(self, message: str):
        raise Problem(f"{message[0].upper()}{message[1:]}; see `{self.prog} --help`")


def run_program(main: Callable[[], None]) -> None:
    """Runs a script; a `Problem` becomes one line on stderr and its exit code."""
    try:
        main()
    except Problem as problem:
        print(problem, file=sys.stderr)
        raise SystemExit(problem.code) from None
    except KeyboardInterrupt:
        raise SystemExit(INTERRUPTED) from None
