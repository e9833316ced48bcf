# Fast Pipes. `make help` lists what can be made.

# How many bytes each stage moves.                    make BYTES=1G
BYTES ?= 10GiB
# The writer's CPU and the reader's.                  make CPUS=0,1
CPUS ?=
# Anything here prints rows of stage,gib_per_s.       make CSV=1
CSV ?=
# Whose folder of book/measured gets what is measured.  make pages MACHINE=reference
MACHINE ?= yours


# Whose figures `make measure` writes: book/measured/$(MACHINE).
MACHINE ?= yours
# A short measurement.                                make measure QUICK=1
QUICK ?=
# How many rounds of everything.                      make measure ROUNDS=30
ROUNDS ?=

PROGRAMS := $(or $(CARGO_TARGET_DIR),target)/$(addsuffix /,$(CARGO_BUILD_TARGET))release
STAGES := stage1 stage2 stage3 stage4 stage5
STAGE_CRATES := $(foreach crate,$(wildcard stage?-*),--package $(crate))
LAB = "$(PROGRAMS)/lab"
LADDER = "$(PROGRAMS)/ladder" --bytes "$(or $(BYTES),10GiB)" $(if $(CPUS),--cpus "$(CPUS)") $(if $(filter-out 0,$(CSV)),--csv)

# Two runs at once would measure each other.
.NOTPARALLEL:
.DEFAULT_GOAL := all
.PHONY: all $(STAGES) programs help test lint clean lab doctor measure chart

all: programs
	@$(LADDER)

$(STAGES): stage%: programs
	@$(LADDER) $*

programs: | tools
	@cargo build --release $(STAGE_CRATES)
	@cargo build --release --package lab --no-default-features --bin ladder

# All programs, with all that measures them.
lab: | tools
	@cargo build --release --workspace

doctor: | tools
	@cargo build --release --package lab --bin lab
	@$(LAB) doctor $(if $(CPUS),--cpus "$(CPUS)")

measure: lab
	@$(LAB) measure --machine "$(MACHINE)" $(if $(CPUS),--cpus "$(CPUS)") \
	    $(if $(filter-out 0,$(QUICK)),--quick) $(if $(ROUNDS),--rounds "$(ROUNDS)")

chart: lab
	@$(LAB) chart --svg "book/measured/yours/ladder.svg"

pages: | tools
	@cargo run --release --package lab --bin lab --quiet -- pages --machine $(MACHINE) $(if $(CSV),--csv)

test: | tools
	@cargo build --release --workspace
	@for tool in pv; do command -v $$tool >/dev/null || \
	    echo "note: $$tool is not installed, so the tests that need it pass without trying" >&2; done
	cargo test --release --workspace

lint: | tools
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- --deny warnings

clean: | tools
	cargo clean

help:
	@echo 'make                      run all five stages, then draw the ladder'
	@echo 'make stage1 ... stage5    run one stage: its command, then its result'
	@echo 'make doctor               what this machine can do, and how to mend what it cannot'
	@echo 'make measure              measure everything, in about 10 minutes (QUICK=1: in 2)'
	@echo 'make chart                draw what was measured, beside the post and this book'
	@echo 'make pages                time what it costs to put a page into a pipe'
	@echo 'make test                 test everything'
	@echo 'make lint                 check the formatting, and what clippy finds'
	@echo 'make clean                remove what was built'
	@echo
	@echo 'BYTES=1G     how many bytes each stage moves (10GiB)'
	@echo 'CPUS=0,1     the CPUs of writer and reader (two cores that share a cache)'
	@echo 'CSV=1        print rows of stage,gib_per_s instead of the table'
	@echo 'MACHINE=...  the folder of book/measured that gets what make pages measures (yours)'

.PHONY: tools
tools:
	@[ "$$(uname -s)" = Linux ] || { echo "Fast Pipes needs Linux: no other system has vmsplice and splice. A Linux VM will do." >&2; exit 1; }
	@command -v cargo >/dev/null || { echo "Fast Pipes needs Rust, and there is no cargo: install it from https://rustup.rs" >&2; exit 1; }
	@command -v cc >/dev/null || { echo "Rust needs a C linker, and there is no cc: install gcc (Debian, Ubuntu, Fedora, Alpine: package gcc)" >&2; exit 1; }
