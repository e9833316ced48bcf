# Fast Pipes. `make help` lists what can be made, and the settings.

BYTES ?= 10GiB
CPUS ?=
CSV ?=
MACHINE ?= yours
QUICK ?=
TABLE ?= ladder
ROUNDS ?=

STAGES := stage1 stage2 stage3 stage4 stage5
EXERCISES := 1 2 3 4 5 6 7
STAGE_CRATES := $(foreach crate,$(wildcard stage?-*),--package $(crate))
# Where cargo puts the programs.
PROGRAMS := $(or $(CARGO_TARGET_DIR),target)/$(addsuffix /,$(CARGO_BUILD_TARGET))release
PLACE = $(if $(CPUS),--cpus "$(CPUS)")
ROWS = $(if $(filter-out 0,$(CSV)),--csv)
RUN = --bytes "$(or $(BYTES),10GiB)" $(PLACE)
LADDER = "$(PROGRAMS)/ladder" $(RUN) $(ROWS)
LAB = "$(PROGRAMS)/lab"
# A check chooses among the CPUs that it may use.
CHECK = $(if $(CPUS),taskset --cpu-list "$(CPUS)") "$(PROGRAMS)/workshop" check

# Two runs at once would measure each other.
.NOTPARALLEL:
.DEFAULT_GOAL := all

.PHONY: all $(STAGES) programs
all: programs
	@$(LADDER)

$(STAGES): stage%: programs
	@$(LADDER) $*

programs: | tools
	@cargo build --release $(STAGE_CRATES)
	@cargo build --release --package bench

.PHONY: lab doctor measure chart compare pages perf $(addprefix perf-,$(STAGES))
# All programs, with all that measures them; but for the exercises, which may be
# in the middle of a learner's work.
lab: | tools
	@cargo build --release --workspace --exclude exercises

doctor: lab
	@$(LAB) doctor $(PLACE)

measure: lab
	@$(LAB) measure --machine "$(MACHINE)" $(PLACE) \
	    $(if $(filter-out 0,$(QUICK)),--quick) $(if $(ROUNDS),--rounds "$(ROUNDS)")

chart: lab
	@$(LAB) chart

compare: lab
	@$(LAB) compare $(if $(A),"$(A)") $(if $(B),"$(B)") $(MACHINES)

pages: lab
	@$(LAB) pages --machine "$(MACHINE)" $(ROWS)

perf: lab
	@$(LAB) perf --machine "$(MACHINE)" $(RUN)

$(addprefix perf-,$(STAGES)): perf-stage%: lab
	@$(LAB) perf --machine "$(MACHINE)" $(RUN) $*

.PHONY: beyond fizzbuzz
# BYTES is for the stages: 10 GiB would be over too soon.
BEYOND = $(LAB) beyond --machine "$(MACHINE)" $(PLACE) $(ROWS) \
	$(if $(filter command% environment%,$(origin BYTES)),--bytes "$(BYTES)") \
	$(if $(ROUNDS),--rounds "$(ROUNDS)")
beyond: lab
	@$(BEYOND) $(TABLE)

fizzbuzz: lab
	@cargo build --quiet --release --package exercises --bin naive-fizzbuzz --bin solution7
	@$(BEYOND) fizzbuzz

.PHONY: book serve check-book
book: preprocessor
	@$(PROGRAMS)/preprocessor build
	@echo 'Read it from book/book/index.html'

serve: preprocessor
	@$(PROGRAMS)/preprocessor serve

# What weaves code, figures and data into the pages and builds them; it measures nothing.
.PHONY: preprocessor
preprocessor: | tools
	@cargo build --release --package preprocessor

check-book: book
	@command -v npm >/dev/null || { echo 'note: npm is not installed, so nobody looks at the pages of the book' >&2; exit 0; }; \
	    cd book/checks; npm ci --silent --no-audit --no-fund || \
	    { echo 'note: npm could not get what looks at the pages of the book' >&2; test -z "$$CI"; exit; }; \
	    npm test

.PHONY: workshop workshop-program $(foreach what,exercise solution hint reset,$(addprefix $(what),$(EXERCISES)))
workshop: workshop-program
	@"$(PROGRAMS)/workshop" progress

$(addprefix exercise,$(EXERCISES)): exercise%: workshop-program
	@cargo build --quiet --release $(STAGE_CRATES)
	@cargo build --quiet --release --package exercises --bin counter-write --bin naive-fizzbuzz --bin exercise$*
	@$(CHECK) $*

$(addprefix solution,$(EXERCISES)): solution%: workshop-program
	@cargo build --quiet --release $(STAGE_CRATES)
	@cargo build --quiet --release --package exercises --bin counter-write --bin naive-fizzbuzz --bin solution$*
	@$(CHECK) $* --solution

$(addprefix hint,$(EXERCISES)): hint%: workshop-program
	@"$(PROGRAMS)/workshop" hint $*

$(addprefix reset,$(EXERCISES)): reset%: workshop-program
	@"$(PROGRAMS)/workshop" reset $*

# Apart from the exercises, so that hints can be had for one that does not compile.
workshop-program: | tools
	@cargo build --quiet --release --package exercises --bin workshop

.PHONY: fetch test lint clean
# All that comes from the network, so that the rest can do without one.
fetch: | tools
	@cargo fetch --locked
	@command -v npm >/dev/null || exit 0; cd book/checks && npm ci --silent --no-audit --no-fund
	@echo 'Everything is here: from now on no network is needed.'

test: lab
	@for tool in pv perf npm chromium; do command -v $$tool >/dev/null || \
	    echo "note: $$tool is not installed, so what needs it passes without being tried" >&2; done
	cargo test --release --workspace
	@$(MAKE) --no-print-directory check-book

lint: | tools
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- --deny warnings

clean: | tools
	cargo clean

.PHONY: help
help:
	@echo 'make                      run all five stages, then draw the ladder'
	@echo 'make stage1 ... stage5    run one stage: its command, then its result'
	@echo 'make doctor               what this machine can do, and what would mend the rest'
	@echo 'make measure              measure everything, in about 10 minutes (QUICK=1: 2)'
	@echo 'make chart                draw what was measured, beside the post and the book'
	@echo 'make compare A=x B=y      measured folders side by side (or MACHINES="x y z")'
	@echo 'make pages                time what it costs to put a page into a pipe'
	@echo 'make perf                 where the time goes in each stage, by perf'
	@echo 'make perf-stage1 ... 5    the same for one stage'
	@echo 'make beyond               what is faster than stage 5, into the same reader'
	@echo 'make fizzbuzz             FizzBuzz, plain and as fast as it goes, and stage 5'
	@echo 'make book                 build the book into book/book'
	@echo 'make serve                build it, open it, and build it again at each change'
	@echo 'make check-book           look at its pages: HTML, links, spelling, in a browser'
	@echo 'make workshop             the exercises, and which of them you have passed'
	@echo 'make exercise1 ... 7      check your file of an exercise'
	@echo 'make hint1 ... 7          give the next hint'
	@echo 'make solution1 ... 7      run the same check on the solution'
	@echo 'make reset1 ... 7         bring the file back to how it came, after asking'
	@echo 'make fetch                get all that is needed from the network, once'
	@echo 'make test                 test everything'
	@echo 'make lint                 check the formatting, and what clippy finds'
	@echo 'make clean                remove what was built'
	@echo
	@echo 'BYTES=1G        how many bytes each stage moves (10GiB)'
	@echo 'CPUS=0,1        the CPUs of writer and reader (two cores that share a cache)'
	@echo 'CSV=1           print rows instead of a table'
	@echo 'MACHINE=laptop  the folder of book/measured for what is measured (yours)'
	@echo 'QUICK=1         measure the stages and what explains them, and no more'
	@echo 'TABLE=beside    what make beyond runs (without-vmsplice, beside, waiting)'
	@echo 'ROUNDS=30       how many rounds to measure (15, or 5 when quick)'

.PHONY: tools
tools:
	@[ "$$(uname -s)" = Linux ] || { echo "Fast Pipes needs Linux: no other system has vmsplice and splice. A Linux VM will do." >&2; exit 1; }
	@command -v cargo >/dev/null || { echo "Fast Pipes needs Rust, and there is no cargo: install it from https://rustup.rs" >&2; exit 1; }
	@command -v cc >/dev/null || { echo "Rust needs a C linker, and there is no cc: install gcc (Debian, Ubuntu, Fedora, Alpine: package gcc)" >&2; exit 1; }
