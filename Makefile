# What a contributor runs. Every target makes .venv first, or reuses it; `make` alone lists them.
# Variables: PYTHON=…       the interpreter for .venv; by default the newest suitable one
#            PYTEST_ARGS=…  more arguments for pytest
#            SOAK_ARGS=…    arguments for benchmarks/soak.py, such as --kills 50 --seed 7

BIN := .venv/bin

.PHONY: help demo test check lint types imports format bench soak venv clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-9s %s\n", $$1, $$2 }' Makefile

demo: venv ## Run the whole flow against an embedded Cognito, and leave a report in demo/
	@$(BIN)/bulkreset demo

test: venv ## Run all tests
	@$(BIN)/python -m pytest -n 3 --dist worksteal $(PYTEST_ARGS)

check: lint types imports test ## Run everything that CI runs

lint: venv ## Check style and formatting
	@$(BIN)/ruff check . ; style=$$?; $(BIN)/ruff format --check . && exit $$style

types: venv ## Check types
	@$(BIN)/mypy

imports: venv ## Check which package may import which
	@$(BIN)/lint-imports --no-logo

format: venv ## Mend style and formatting
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: venv ## Run every benchmark; each prints a table
	@failed=0; for file in $$(grep -l __main__ benchmarks/*.py | grep -v /soak.py); do \
		echo "== $$file"; PYTHONPATH=tests $(BIN)/python "$$file" || failed=1; \
	done; exit $$failed

soak: venv ## Kill runs 300 times in a storm of faults; takes some ten minutes
	@PYTHONPATH=tests $(BIN)/python benchmarks/soak.py $(SOAK_ARGS)

venv: ## Make .venv, or bring it up to date; nothing to do most of the time
	@sh -c "$$BOOTSTRAP"

clean: ## Remove .venv and all that tools leave behind; demo/ stays
	rm -rf .venv build dist *.egg-info
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find benchmarks bulkreset tests -name __pycache__ -type d -prune -exec rm -rf {} +

# Says why an interpreter will not do. It has to run on very old ones, too.
define SUITABLE
import sys
version = "%d.%d" % sys.version_info[:2]
if sys.version_info < (3, 11):
    sys.exit("is Python " + version)
for module in ("ensurepip", "sqlite3", "ssl", "venv"):
    try:
        __import__(module)
    except ImportError:
        advice = "; on Debian and Ubuntu: apt install python%s-venv" % version
        advice = advice if module in ("ensurepip", "venv") else ""
        sys.exit("is Python %s without its module %s%s" % (version, module, advice))
endef
export SUITABLE

# .venv/.made holds where and by which PYTHON= it was made: an environment cannot be moved.
# .venv/.ready holds the checksum of what was installed last.
define BOOTSTRAP
set -eu
tell() { printf 'bulkreset: %s\n' "$$1" >&2; }

wanted=$$(cat pyproject.toml constraints.txt | cksum)
made_in=; made_by=
if [ -x .venv/bin/python ] && [ -f .venv/.made ]; then
    { read -r made_in; read -r made_by; } < .venv/.made
fi
if [ "$$made_in" != "$$PWD" ] || [ "$${PYTHON:-$$made_by}" != "$$made_by" ]; then
    made_by=
elif [ "$$(cat .venv/.ready 2>/dev/null)" = "$$wanted" ]; then
    exit 0
fi

log=$$(mktemp)
trap 'rm -f "$$log"' EXIT

if [ -z "$$made_by" ]; then
    if [ -n "$${PYTHON:-}" ]; then set -- "$$PYTHON"; else set -- python3.13 python3.12 python3.11 python3; fi
    tried=
    for candidate in "$$@"; do
        if ! command -v "$$candidate" >/dev/null 2>&1; then
            reason="is not installed"
        elif reason=$$("$$candidate" -c "$$SUITABLE" 2>&1); then
            made_by=$$candidate
            break
        else
            case $$reason in "is Python "*) ;; *) reason="does not run" ;; esac
        fi
        tried=$$(printf '%s\n  %s %s' "$$tried" "$$candidate" "$$reason")
    done
    if [ -z "$$made_by" ]; then
        tell "Python 3.11 or newer is needed, and none was found:$$tried"
        tell "install one, or say where it is: make PYTHON=/path/to/python3.11 …"
        exit 1
    fi
    tell "making .venv with $$made_by; this takes a minute or two, once"
    if ! "$$made_by" -m venv --clear .venv >"$$log" 2>&1; then
        tail -n 15 "$$log" >&2
        tell "$$made_by could not make .venv, see above; on Debian and Ubuntu: apt install python3-venv"
        exit 1
    fi
    printf '%s\n' "$$PWD" "$$made_by" > .venv/.made
else
    tell "bringing .venv up to date"
fi

pip() { .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-input "$$@" >>"$$log" 2>&1; }
if ! { pip -c constraints.txt setuptools && pip -c constraints.txt --no-build-isolation -e '.[dev]'; }; then
    tail -n 15 "$$log" >&2
    if grep -qiE 'connection|name resolution|timed out|unreachable|proxy' "$$log"; then
        tell "the packages could not be fetched, see above: is this machine online, and is its proxy set?"
    else
        tell "the packages in constraints.txt could not be installed, see above"
    fi
    exit 1
fi
printf '%s\n' "$$wanted" > .venv/.ready
endef
export BOOTSTRAP
