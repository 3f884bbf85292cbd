# Everything is set up on the first call, from git, make and Python 3.11 or newer.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules
PYTHON ?= python3

BIN := .venv/bin
READY := .venv/ready
# Other people's tools, beside the environment and not in it.
BENCH := build/bench/ready
BROWSER := build/browser/ready
S3 := build/s3/ready
FUZZ_SECONDS ?= 600
# Fixed, so that neither the order of sets nor the language of a desktop shows.
export PYTHONHASHSEED := 0
export LC_ALL := C.UTF-8
# What programs keep for themselves lies in the environment: HOME may be read-only.
KEPT := $(CURDIR)/.venv/kept
export IPYTHONDIR := $(KEPT)/ipython
export JUPYTER_DATA_DIR := $(KEPT)/jupyter
export JUPYTER_RUNTIME_DIR := $(KEPT)/jupyter/runtime
export MPLCONFIGDIR ?= $(KEPT)/matplotlib
# Modules are compiled once, not in each of the processes that tests and notebooks start.
export PYTHONPYCACHEPREFIX := $(KEPT)/pycache
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help html test tests lint types format data notebooks fonts lock environment \
  clean acceptance accuracy bench golden fuzz

help: ## List what can be made
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

environment: $(READY) ## Make .venv hold exactly what requirements.lock names

$(READY): requirements.lock pyproject.toml scripts/environment.py
	@echo "Making the environment in .venv"
	@$(PYTHON) scripts/environment.py
	@mkdir -p .venv/kept
	@touch $@

html: $(READY) ## Extract the bundled reports, run the notebooks, write build/html
	@echo "Reading data/reports, running the notebooks, writing the pages"
	@$(BIN)/govinfo extract . --quiet
	@$(BIN)/govinfo site . -o build/html

# Types are checked beside the tests, which would else wait for them on one core.
test: $(READY) ## Run every check and test, the notebooks included
	@$(MAKE) --no-print-directory -j 2 lint types tests

tests: $(READY) ## Run the tests and the notebooks alone
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder \
	  --nbval --nbval-current-env \
	  --nbval-sanitize-with tests/nbval_sanitize.cfg tests govinfo notebooks

$(BROWSER): tests/browser.txt $(READY)
	$(BIN)/uv pip install --quiet --no-deps --python $(BIN)/python --target $(@D) -r $<
	@touch $@

$(S3): tests/s3.txt $(READY)
	$(BIN)/uv pip install --quiet --python $(BIN)/python --target $(@D) -r $<
	@touch $@

acceptance: html $(BROWSER) $(S3) ## Run what needs a browser, a cluster or a server
	$(BIN)/python -m pytest -m acceptance tests

lint: $(READY) ## Check style
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY) ## Check types
	$(BIN)/mypy

format: $(READY) ## Set style right where that can be done by rule
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

data: $(READY) ## Set the facsimiles and build the data set from them
	$(BIN)/python scripts/set_facsimiles.py
	$(BIN)/govinfo extract . --fresh

notebooks: $(READY) ## Run the notebooks afresh and store their outputs
	$(BIN)/python scripts/run_notebooks.py

fonts: $(READY) ## Cut the bundled font (needs Debian's fonts-noto-cjk)
	$(BIN)/python scripts/build_font.py

lock: $(READY) ## Renew requirements.lock
	$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 \
	  --all-extras --generate-hashes --no-emit-index-url --no-annotate \
	  --custom-compile-command "make lock" pyproject.toml -o requirements.lock

$(BENCH): benchmarks/requirements.txt $(READY)
	$(BIN)/uv pip install --quiet --python $(BIN)/python --target $(@D) -r $<
	@touch $@

accuracy: $(BENCH) ## Measure how exact govinfo and others are, write docs/accuracy
	$(BIN)/python benchmarks/accuracy.py

bench: $(BENCH) ## Measure how fast govinfo and others are, write docs/speed, docs/throughput and docs/scale
	$(BIN)/python benchmarks/speed.py
	for jobs in 1 2; do \
	  $(BIN)/python benchmarks/throughput.py 1000 $$jobs --write || exit 1; done
	$(BIN)/python benchmarks/throughput.py 1000 2 --mixed --write
	$(BIN)/python benchmarks/scale.py make build/scale 1000
	for part in tables indicators audit; do \
	  $(BIN)/python benchmarks/scale.py run build/scale $$part --write || exit 1; done

golden: $(READY) ## List every cell that is read otherwise than benchmarks/golden records
	$(BIN)/python benchmarks/golden.py

fuzz: $(BENCH) ## Fuzz the readers for FUZZ_SECONDS (600)
	$(BIN)/python benchmarks/fuzz.py $(FUZZ_SECONDS)

clean: ## Remove everything that was made
	rm -rf .venv build .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
