"""Runs all checks of the modules that are named, in one process: importing torch takes longer than most of them.

    python run_checks.py check_reading check_training     one JSON line per check: {"check", "failure"}
"""

import importlib
import inspect
import json
import sys
import traceback


def main() -> None:
    for name in sys.argv[1:]:
        module = importlib.import_module(name)
        for check, act in inspect.getmembers(module, inspect.isfunction):
            if act.__module__ == name and not check.startswith("_"):
                print(json.dumps({"check": check, "failure": run(act)}), flush=True)


def run(act) -> str | None:
    try:
        act()
    except BaseException:
        return traceback.format_exc()
    return None


if __name__ == "__main__":
    main()
