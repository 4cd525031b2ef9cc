"""python -m bot"""

import gc
from importlib import import_module


def main() -> None:
    """Run the command line. What it imports lives as long as the process: to look for garbage in it costs a third of
    the time to start, and makes every later look longer."""
    gc.disable()
    command_line = import_module("bot.cli")
    gc.freeze()
    gc.enable()
    command_line.main()


if __name__ == "__main__":
    main()
