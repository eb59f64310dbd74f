# make run    set up what is missing, build the index from seeds/ where there is none, serve http://127.0.0.1:8000
# make test   set up what tests need, then check and test everything, in JOBS processes
# make install, make index, make clean: the single steps
# make bench-server  questions a second beside a bare Flask route (needs wrk); make contract: 20,000 made-up requests
# make soak MINUTES=30  mixed load for a while: no 5xx, no growth of memory, no leaked descriptors; make audit: known weaknesses of what is used
# make bench-collection  rebuild, growth, start and questions of a large collection (DATA=folder of *.corpus.jsonl.xz)
# make bench-growth  a part of a built index beside all of it, and serving it; make bench-peers: beside Haystack and txtai
#                    (INDEX=folder of a large index, DATA=folder with news_questions.train.jsonl)
# make pictures  the pictures of README, taken anew
# make bench  how well and how fast generated pages are cut; with DATA=… also every bar of a large collection beside what was
#             measured (half an hour; ONLY="collection growth vectors peers faults" for some)
# make fuzz  the readers against made-up bytes (minutes each)
SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
INDEX ?= index
PEERS := build/peers
JOBS ?= 2
KERNELS := $(wildcard embeddings/*.pyx retriever/*/*.pyx)

.PHONY: run test install index lint types imports pytest chromium bench bench-collection bench-growth bench-pages bench-peers bench-server soak audit contract fuzz pictures clean
.DEFAULT_GOAL := run

run: index
	@$(BIN)/baowen serve --index $(INDEX)

index: $(INDEX)/CURRENT

# Only where there is none: rebuilding on other files is the user's own command, and must not be undone here.
$(INDEX)/CURRENT: | $(VENV)/installed
	@$(BIN)/baowen rebuild seeds --index $(INDEX)

install: $(VENV)/installed

$(VENV)/installed: pyproject.toml constraints.txt setup.py $(KERNELS)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "需要 Python 3.11 或更新的版本（现在是 $$($(PYTHON) --version)）。可用 make PYTHON=python3.12 指定。"; \
	  echo "Python 3.11 or newer is needed (this is $$($(PYTHON) --version)). Name one: make PYTHON=python3.12"; exit 1; }
	@echo "安装到 $(VENV)（首次约一两分钟）… Installing into $(VENV), a minute or two the first time …"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(PIP) install --constraint constraints.txt --editable .
	@touch $@

$(VENV)/tested: $(VENV)/installed
	@$(PIP) install --constraint constraints.txt --editable '.[test]'
	@touch $@

# Browser tests drive Debian's Chromium. Without it they say that they were not run, and why.
chromium:
	@if command -v chromium chromium-browser google-chrome >/dev/null 2>&1; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
	  echo "安装 Chromium 供浏览器测试… Installing Chromium for the browser tests …"; \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium fonts-noto-cjk >/dev/null; \
	else echo "没有 Chromium，也无权安装：浏览器测试将跳过。No Chromium and no right to install it: browser tests are not run."; fi

test: lint types imports pytest

lint: $(VENV)/tested
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: $(VENV)/tested
	@$(BIN)/mypy

imports: $(VENV)/tested
	@$(BIN)/lint-imports

pytest: $(VENV)/tested chromium
	@$(BIN)/python -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder

bench: $(VENV)/tested $(if $(DATA),$(PEERS)/installed)
	@$(BIN)/python -m tests.retriever.newspaper.bench_pages --memory-pages 10000 --also seeds/*.txt
	@if [ -n "$(DATA)" ]; then $(BIN)/python -m tests.benchmarks.bars $(DATA) --work build/bench \
	  --peers $(PEERS)/bin/python $(if $(ONLY),--only $(ONLY)); \
	else echo "大量文章的各项指标 The bars of a large collection: make bench DATA=…"; fi

bench-pages: $(VENV)/tested chromium
	@$(BIN)/python -m tests.browser.bench_pages --citations

pictures: $(VENV)/tested chromium
	@$(BIN)/python -m tests.browser.take_pictures

bench-server: index $(VENV)/tested
	@$(BIN)/python -m tests.server.bench_serving --index $(INDEX)

bench-collection: $(VENV)/tested
	@test -n "$(DATA)" || { echo "指定语料文件夹 Name a folder: make bench-collection DATA=…"; exit 1; }
	@$(BIN)/python -m tests.benchmarks.collection $(wildcard $(DATA)/*.corpus.jsonl.xz) \
	  --questions $(DATA)/news_questions.train.jsonl --work build/bench

soak: $(VENV)/tested
	@$(BIN)/python -m tests.server.soak --minutes $(or $(MINUTES),30)

# --strict: what could not be looked up counts as unknown, not as sound.
audit: $(VENV)/tested
	@$(PIP) install pip-audit
	@$(BIN)/pip-audit --strict --disable-pip --no-deps --progress-spinner off --requirement constraints.txt || { \
	  echo "没有审完：上面若没有列出漏洞，就是连不上漏洞库，什么也没有查到。请在能上网的机器上再运行 make audit"; \
	  echo "Not audited: where no weakness is listed above, the advisory service could not be reached and nothing was looked up. Run make audit where it can be."; exit 1; }

bench-growth: $(VENV)/tested
	@test -n "$(DATA)" || { echo "指定语料文件夹 Name a folder: make bench-growth INDEX=… DATA=…"; exit 1; }
	@$(BIN)/python -m tests.benchmarks.growth $(INDEX) --questions $(DATA)/news_questions.train.jsonl --work build/growth

# Haystack and txtai bring torch along: they are installed apart from ours.
bench-peers: $(PEERS)/installed
	@test -n "$(DATA)" || { echo "指定语料文件夹 Name a folder: make bench-peers INDEX=… DATA=…"; exit 1; }
	@$(PEERS)/bin/python -W ignore -m tests.benchmarks.peers $(INDEX) \
	  --questions $(DATA)/news_questions.train.jsonl --work $(PEERS)/work

$(PEERS)/installed: pyproject.toml
	@test -x $(PEERS)/bin/python || $(PYTHON) -m venv $(PEERS)
	@$(PEERS)/bin/python -m pip --disable-pip-version-check --quiet install --editable . haystack-ai txtai
	@touch $@

contract: $(VENV)/tested
	@BAOWEN_EXAMPLES=1700 $(BIN)/python -m pytest tests/server/test_contract.py -q -o timeout=3600

fuzz: $(VENV)/tested
	@$(PIP) install atheris
	@for kind in txt html jsonl csv docx zip pdf; do \
	  $(BIN)/python tests/retriever/corpus/fuzz_readers.py $$kind -max_total_time=60 || exit 1; done

clean:
	rm -rf $(VENV) build *.egg-info $(KERNELS:.pyx=.*.so) .mypy_cache .ruff_cache .pytest_cache .hypothesis test-output
