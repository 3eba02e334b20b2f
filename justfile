# The inner loop.  README's test command makes .venv and installs this in it: .venv/bin/just
# Without a .venv here, the tools of the environment that is active are taken.

set positional-arguments

export PATH := justfile_directory() / ".venv" / "bin" + ":" + env("PATH")

_list:
    @{{ just_executable() }} --list --unsorted

# Tests: all of them, or a file, a folder, a name: just test tests/answer -k clause
test *arguments:
    pytest -q "$@"

# Puts every file into the one form, and mends what ruff can mend
format:
    ruff check --fix-only .
    ruff format .

# Faults that need no run to be seen
lint:
    ruff check .
    ruff format --check .
    bandit -q -c pyproject.toml -r src bot.py

# Types, strictly; each conftest.py of a folder by itself, since they share their name
types:
    mypy
    for file in $(find tests -mindepth 2 -name conftest.py); do mypy "$file" || exit 1; done

# Whether what is imported is declared, and what is declared imported
packages:
    deptry src
    deptry --ignore DEP002,DEP004 --exclude '\.venv' tests tests/articles tests/encoder tests/telegram tests/training training benchmarks

# What .ci/run does after the tests
check: lint types packages

# All that must hold before a commit
all: check test
