# Everything starts here; each target prepares .venv itself the first time.
#   make run ARGS="--replicates 20"

.PHONY: help setup run test test-all moved mutants calibrate view
.DEFAULT_GOAL := help
unexport PYTHONDONTWRITEBYTECODE PYTHONHOME PYTHONPATH   # compiled code is kept; only this checkout is imported

ARGS ?=
PYTHON := .venv/bin/python

help: ## what there is to make
	@sed -nE 's/^([a-z-]+):.*## (.*)/make \1\t\2/p' Makefile | expand -t 16
	@echo 'ARGS="..." passes options on: make run ARGS="--replicates 20 --workers 2", make view ARGS="--scenario truce_holds"'

setup: ## prepare .venv (Python 3.12-3.14 and the locked packages)
	@python3 .ci/bootstrap.py

run: setup ## the main question: the truce holds, or the restrictions resume
	@$(PYTHON) -m experiments.truce_vs_resume $(ARGS)

test: setup ## the everyday tests
	@$(PYTHON) -m pytest -n auto --dist loadfile $(ARGS)

test-all: setup ## the everyday tests and the slow ones
	@$(PYTHON) -m pytest -n auto --dist loadfile -m "" $(ARGS)

moved: setup ## what a change moves in the results, against the commit before
	@PYTHONPATH=. $(PYTHON) tests/digests.py $(ARGS)

mutants: setup ## whether the tests notice small faults put into the model; about an hour, resumable
	@PYTHONPATH=. $(PYTHON) tests/mutants.py $(ARGS)

calibrate: setup ## what named projects count on beside prices, fitted anew (project_terms.csv of the world)
	@$(PYTHON) -m experiments.calibrate $(ARGS)

view: setup ## the browser page, at 127.0.0.1
	@$(PYTHON) -m model.view $(ARGS)
