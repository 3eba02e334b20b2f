# The inner loop.  README's test command makes .venv and installs this in it: .venv/bin/just
# Without a .venv here, the tools of the environment that is active are taken.

set positional-arguments

# Extras of pyproject.toml whose packages stand in locks/, small ones of which a program that is asked may need any
locked_extras := "socks server write"

export PATH := justfile_directory() / ".venv" / "bin" + ":" + env("PATH")

_list:
    @{{ just_executable() }} --list --unsorted

# Tests: all of them in two processes, or a file, a folder, a name in one: just test tests/answer -k clause
test *arguments:
    pytest -q {{ if arguments == "" { "-n 2" } else { "" } }} "$@"

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
    deptry --ignore DEP002,DEP004 --exclude '\.venv' tests tests/articles tests/cluster tests/encoder tests/server tests/telegram tests/training tests/writing training benchmarks

# Makes locks/ anew, after a change of pyproject.toml or constraints.txt; needs uv and an index of packages
locks:
    #!/usr/bin/env bash
    set -euo pipefail
    export MACOSX_DEPLOYMENT_TARGET=14.0
    while read -r name platform where; do
        lock="locks/$name.txt"
        uv pip compile pyproject.toml --extra {{ replace(locked_extras, " ", " --extra ") }} -c constraints.txt --quiet \
            --generate-hashes --no-emit-index-url --no-annotate --no-header --python-version 3.11 \
            --python-platform "$platform" -o "$lock"
        {
            echo "# For $where, Python 3.11: every package with the sums of its files, those of [{{ locked_extras }}] too."
            echo "# pip install --require-hashes -r $lock, then pip install --no-deps .   Made by: just locks"
            cat "$lock"
        } > "$lock.made"
        mv "$lock.made" "$lock"
    done <<'PLATFORMS'
    linux-x86_64 x86_64-unknown-linux-gnu Linux on x86-64
    linux-aarch64 aarch64-manylinux_2_35 Linux on 64-bit ARM with glibc 2.35 or newer
    macos-arm64 aarch64-apple-darwin macOS 14 or newer on Apple silicon
    PLATFORMS

# The pages of docs/ as a site, in site/; a link that leads nowhere is an error
site:
    NO_MKDOCS_2_WARNING=1 mkdocs build --strict --quiet

# What .ci/run does after the tests
check: lint types packages site

# All that must hold before a commit
all: check test
