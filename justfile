# Short names for what people do here. `just` lists them; it comes with the development environment.

python := ".venv/bin/python"

# list the recipes
default:
    @just --list

# make the development environment from the lock
setup:
    PYTHONPATH=. python3 -m gateway.process.environment dev

# the gateway on this machine, with the demo city
serve *words:
    ./run {{words}}

# a worker alone, for a data folder that another process serves
worker *words:
    {{python}} manage.py start worker {{words}}

# build the demo city without starting anything
seed:
    ./run --seed-only

# tests of one folder or file on SQLite
quick *words:
    {{python}} -m pytest -n 2 {{words}}

# all tests on both databases
test *words:
    ./test {{words}}

# style, types, import directions, migrations, scripts, containers
lint:
    {{python}} -m tests.stages --lint-only

# import directions and the other written contracts
contracts:
    {{python}} -m pytest tests/contracts

# the full size of one of the T tests, or of all: `just full T24`, `just full all`
full id:
    ./test --scale full -m '{{ if id == "all" { "full" } else { lowercase(id) } }}'

# damaged files through the whole pipeline, counted by outcome: `just mutants 10000 --first 5000`
mutants count *words:
    {{python}} -m tests.corpus.damaged {{count}} {{words}}

# random walks of up to 60 steps through matters, the invariants judged after each:
# `just walks 10000 --first 5000 --postgres`
walks count *words:
    {{python}} -m tests.workflows.flow.walks {{count}} {{words}}

# the sequencer's process killed at random moments while entries are written: `just kills 200`
kills count:
    KILLS={{count}} {{python}} -m pytest -n0 -s tests/workflows/audit/test_killed.py

# the bars of the log on a server of its own, as one JSON object: `just evidence --size 100000`
evidence *words:
    {{python}} -m tests.benchmarks.evidence {{words}}

# how fast the desk answers on a matter of 2,000 pages with 20,000 findings: `just desk-bench --postgres`
desk-bench *words:
    {{python}} -m tests.benchmarks.desk {{words}}

# pictures of every page in both themes and languages into a folder, or those of the guides: `just screenshots --guides`
screenshots *words:
    {{python}} -m tests.screenshots {{words}}

# verify the whole log of this machine's data folder
verify-audit *words:
    {{python}} manage.py verify_audit {{words}}

# resolve the locks anew from requirements/*.in, keeping what still fits
lock:
    cd requirements && for name in runtime dev; do \
        uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
            --quiet "$name.in" --output-file "$name.txt"; done
