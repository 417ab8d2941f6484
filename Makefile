# make demo    makes .venv, installs wubu, trains on real handwritten digits
# make test    makes .venv, installs the test extras, runs `make check` and the tests
# make check   ruff, mypy, import contracts
# make programs   the course programs of ../shared/programs, whole; PROGRAMS="s1_cnn s4_five_steps" for some
# make bench   speed and memory beside Keras on each backend, plain torch, Lightning and skorch; hours. ARGS="steps mlp cnn" for some
# make bench-quick   a short look at the same, under five minutes once the peers are installed
# make test-tensorflow   files that TensorFlow and tf.keras write and read, in an environment of their own
# Another interpreter: make test PYTHON=python3.12

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check
JOBS   ?= 2
ARGS   ?=

.PHONY: demo test test-tensorflow programs check bench bench-quick clean
.DEFAULT_GOAL := demo

# A stamp per set of packages: work is done again only when what decides it has changed.
$(VENV)/.python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "wubu needs Python 3.11 or newer; name one: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.demo: $(VENV)/.python pyproject.toml constraints.txt
	$(PIP) install --quiet --constraint constraints.txt --editable '.[report]'
	@touch $@

$(VENV)/.test: $(VENV)/.python pyproject.toml constraints.txt
	$(PIP) install --quiet --constraint constraints.txt --editable '.[test,dev]'
	@touch $@ $(VENV)/.demo

demo: $(VENV)/.demo
	$(BIN)/wubu train digits $(ARGS)

test: check
	$(BIN)/python -m pytest -n $(JOBS) $(ARGS)

# TensorFlow wants other versions of what the tests of wubu use, so it has an environment of its own.
TF_VENV := .venv-tensorflow

$(TF_VENV)/.ready: $(VENV)/.python
	$(PYTHON) -m venv $(TF_VENV)
	$(TF_VENV)/bin/python -m pip --disable-pip-version-check install --quiet tensorflow-cpu==2.21.0 tf_keras==2.21.0 \
		pillow==13.0.0 scipy==1.17.1 tensorboard==2.21.0
	@touch $@

test-tensorflow: $(VENV)/.test $(TF_VENV)/.ready
	WUBU_TF_PYTHON=$(TF_VENV)/bin/python $(BIN)/python -m pytest -m tensorflow tests/tensorflow_group $(ARGS)

check: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/lint-imports --no-logo
	$(BIN)/mypy

programs: $(VENV)/.test
	$(BIN)/python tests/programs/course.py $(PROGRAMS)

bench: $(VENV)/.test
	$(BIN)/python -m bench $(ARGS)

bench-quick: $(VENV)/.test
	$(BIN)/python -m bench --quick $(ARGS)

clean:
	rm -rf $(VENV) $(TF_VENV) build dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
