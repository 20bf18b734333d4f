"""How a command ends: exit code, one sentence for an error, JSON for scripts. Knows no verb."""

from __future__ import annotations

import json
import sys
import traceback
import warnings
from typing import Any

import typer

DONE, FAILED, NOT_UNDERSTOOD = 0, 1, 2
TYPERS_CODE_FOR_CTRL_C = 130
# typer brings a click of its own from 0.20 on, and uses the installed one before.
_UsageError: type[Any] = next(
    kind for kind in typer.BadParameter.__mro__ if kind.__name__ == "UsageError"
)


def run(app: typer.Typer, arguments: list[str], *, debug: bool = False) -> int:
    """Run the command line and return its exit code; errors become a sentence on stderr."""
    if not debug:
        warnings.simplefilter("ignore")  # libraries' warnings are for programmers
    try:
        outcome = typer.main.get_command(app).main(
            arguments, prog_name="mousegpt", standalone_mode=False
        )
        if outcome == TYPERS_CODE_FOR_CTRL_C:
            raise KeyboardInterrupt
        return outcome if isinstance(outcome, int) else DONE
    except _UsageError as error:
        error.show()
        return NOT_UNDERSTOOD
    except typer.Exit as error:
        return int(error.exit_code)
    except (KeyboardInterrupt, typer.Abort):
        say("stopped. What was done is kept; the same command goes on from there.")
        return FAILED
    except Exception as error:
        if debug:
            traceback.print_exc()
        else:
            say(in_one_sentence(error))
        return FAILED


def say(text: str) -> None:
    """Print for people, on stderr."""
    print(f"mousegpt: {text}", file=sys.stderr)


def print_json(value: Any) -> None:
    """Print one JSON object on stdout."""
    print(json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False))


def in_one_sentence(error: Exception) -> str:
    """What an error says to people."""
    expected = (ValueError, OSError, RuntimeError, MemoryError, ImportError, LookupError)
    text = " ".join(str(error).split())
    if isinstance(error, OSError) and error.filename and error.strerror:
        text = f"{error.filename}: {error.strerror}"
    if isinstance(error, expected) and text:
        return text
    kind = type(error).__name__
    return f"unexpected {kind}: {text or 'no message'}. Run again with --debug and report it."
