# Fast Pipes. `make help` lists what can be made.

# How many bytes each stage moves.                    make BYTES=1G
BYTES ?= 10GiB
# The writer's CPU and the reader's.                  make CPUS=0,1
CPUS ?=
# Anything here prints rows of stage,gib_per_s.       make CSV=1
CSV ?=

PROGRAMS := $(or $(CARGO_TARGET_DIR),target)/release
STAGES := stage1 stage2 stage3 stage4 stage5
STAGE_CRATES := $(foreach crate,$(wildcard stage?-*),--package $(crate))
MDBOOK_VERSION := 0.5.4
# The machine's own mdbook where it has one of that series.
MDBOOK = $(or $(if $(findstring v0.5.,$(shell mdbook --version 2>/dev/null)),$(shell command -v mdbook)),target/mdbook/bin/mdbook)
LADDER = $(PROGRAMS)/ladder --bytes $(BYTES) $(if $(CPUS),--cpus $(CPUS)) $(if $(CSV),--csv)

.DEFAULT_GOAL := all
.PHONY: all $(STAGES) programs help test lint clean book serve check-book

all: programs
	@$(LADDER)

$(STAGES): stage%: programs
	@$(LADDER) $*

programs: | tools
	@cargo build --release $(STAGE_CRATES) --package lab --no-default-features --bin ladder

test: | tools
	@cargo build --release --workspace
	@for tool in pv; do command -v $$tool >/dev/null || \
	    echo "note: $$tool is not installed, so the tests that need it pass without trying" >&2; done
	cargo test --release --workspace

lint: | tools
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- --deny warnings

book: | tools $(MDBOOK)
	@$(MDBOOK) build book
	@echo 'Read it from book/book/index.html'

serve: | tools $(MDBOOK)
	@$(MDBOOK) serve book --open

target/mdbook/bin/mdbook:
	@echo 'There is no mdbook 0.5 here: installing $(MDBOOK_VERSION) under target/mdbook, this once. Two CPUs take about 2 minutes.' >&2
	@cargo install mdbook --version $(MDBOOK_VERSION) --locked --root target/mdbook

clean: | tools
	cargo clean

help:
	@echo 'make                      run all five stages, then draw the ladder'
	@echo 'make stage1 ... stage5    run one stage: its command, then its result'
	@echo 'make test                 test everything'
	@echo 'make lint                 check the formatting, and what clippy finds'
	@echo 'make book                 build the book into book/book'
	@echo 'make serve                build the book, open it in a browser, and build it again at each change'
	@echo 'make clean                remove what was built'
	@echo
	@echo 'BYTES=1G     how many bytes each stage moves (10GiB)'
	@echo 'CPUS=0,1     the CPU of the writer and that of the reader (two cores that share a cache)'
	@echo 'CSV=1        print rows of stage,gib_per_s instead of the table'

.PHONY: tools
tools:
	@[ "$$(uname -s)" = Linux ] || { echo "Fast Pipes needs Linux: no other system has vmsplice and splice. A Linux VM will do." >&2; exit 1; }
	@command -v cargo >/dev/null || { echo "Fast Pipes needs Rust, and there is no cargo: install it from https://rustup.rs" >&2; exit 1; }
	@command -v cc >/dev/null || { echo "Rust needs a C linker, and there is no cc: install gcc (Debian, Ubuntu, Fedora, Alpine: package gcc)" >&2; exit 1; }
