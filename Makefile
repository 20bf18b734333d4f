# Two commands: `make demo` sets up and shows the main job, `make test` sets up and checks all.
SHELL := /bin/bash
.PHONY: demo test lint quick benchmarks clean

demo:
	@scripts/setup qt
	@scripts/in_window .venv/bin/mousegpt demo -o demo

# Two processes; each worker shows its windows on a screen of its own (tests/own_display.py).
test: lint
	@OMP_NUM_THREADS=1 scripts/in_window .venv/bin/python -m pytest -n 2 --dist loadfile $(PYTEST_ARGS)

lint:
	@scripts/setup dev
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports
	.venv/bin/npe2 validate napari_mousegpt

# What needs no window and no long run: for working on the code.
quick:
	@scripts/setup dev
	.venv/bin/python -m pytest -m "not window and not slow" $(PYTEST_ARGS)

benchmarks:
	@scripts/setup dev
	@for script in benchmarks/*.py; do echo "== $$script"; PYTHONPATH=. scripts/in_window .venv/bin/python $$script; done

clean:
	rm -rf .venv demo .pytest_cache .ruff_cache .mypy_cache .import_linter_cache .hypothesis
