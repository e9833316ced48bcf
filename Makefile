# Fast Pipes. `make help` lists what can be made, and the settings.

# Settings stand on the command line. Other programs have variables of these names
# too, and what they left in the environment would change what is measured.
STRAY := $(foreach name,BYTES CPUS CSV MACHINE QUICK REPLACE_REFERENCE TABLE ROUNDS A B MACHINES CMD PID TRY \
	KERNELS ARCH FULL ONLY OPTIONS DIR ALSO WATCH,\
	$(if $(subst environment,,$(origin $(name))),,$(name)))
quoted = '$(subst ','\'',$(1))'
$(foreach name,$(STRAY),$(shell printf '%s\n' $(call quoted,note: $(name) in the environment\
	counts for nothing here; to set it: make $(MAKECMDGOALS) $(name)=$(value $(name))) >&2))
$(foreach name,$(STRAY),$(eval unexport $(name)))

BYTES = 10GiB
CPUS =
CSV =
MACHINE = yours
QUICK =
REPLACE_REFERENCE =
TABLE = ladder
ROUNDS =
A =
B =
MACHINES =
KERNELS =
ARCH =
FULL =
ONLY =
OPTIONS =
CMD =
PID =
TRY =
# The command must not see what make was told.
unexport CMD PID TRY
DIR =
ALSO =
WATCH =

STAGES := stage1 stage2 stage3 stage4 stage5
EXERCISES := 1 2 3 4 5 6 7 8
STAGE_CRATES := $(foreach crate,$(wildcard stage?-*),--package $(crate))
# Cargo takes a relative folder from where it is started: all that make starts mean the same one.
$(foreach name,CARGO_TARGET_DIR CARGO_BUILD_TARGET_DIR,\
	$(if $(filter-out /%,$(firstword $($(name)))),$(eval override export $(name) := $(CURDIR)/$($(name)))))
# Runs program $(1) of what `cargo build --release $(2)` builds, as cargo alone knows
# where that is; it ends when make does.
run = program=$$(cargo build --release $(2) --message-format=json-render-diagnostics | \
	sed -n 's|.*"executable":"\([^"]*/$(1)\)".*|\1|p') && test -n "$$program" && exec $(3) "$$program"
PLACE = $(if $(CPUS),--cpus "$(CPUS)")
ROWS = $(if $(filter-out 0,$(CSV)),--csv)
INTO = --machine "$(MACHINE)" $(if $(filter-out 0,$(REPLACE_REFERENCE)),--replace-reference)
RUN = --bytes "$(or $(BYTES),10GiB)" $(PLACE)
LADDER = $(call run,ladder,--package bench) --end-with-parent $(RUN) $(ROWS)
LAB = $(call run,lab,--quiet $(ALL)) --end-with-parent
WORKSHOP = $(call run,workshop,--quiet --package exercises --bin workshop,$(1)) --end-with-parent
# A check chooses among the CPUs that it may use.
CHECK = $(if $(CPUS),command -v taskset >/dev/null || \
	{ echo 'CPUS needs taskset: install util-linux or leave CPUS out' >&2; exit 1; };) \
	$(call WORKSHOP,$(if $(CPUS),taskset -c "$(CPUS)")) check

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

.PHONY: lab doctor measure chart compare pages perf $(addprefix perf-,$(STAGES))
# All programs, with all that measures them; but for the exercises, which may be
# in the middle of a learner's work.
ALL := --workspace --exclude exercises
lab: | tools
	@cargo build --release $(ALL)

doctor: lab
	@$(LAB) doctor $(PLACE)

measure: lab
	@$(LAB) measure $(INTO) $(PLACE) \
	    $(if $(filter-out 0,$(QUICK)),--quick) $(if $(ROUNDS),--rounds "$(ROUNDS)")

chart: lab
	@$(LAB) chart

compare: lab
	@$(LAB) compare $(if $(A),"$(A)") $(if $(B),"$(B)") $(MACHINES)

pages: lab
	@$(LAB) pages $(INTO) $(ROWS)

perf: lab
	@$(LAB) perf $(INTO) $(RUN)

$(addprefix perf-,$(STAGES)): perf-stage%: lab
	@$(LAB) perf $(INTO) $(RUN) $*

.PHONY: pipeline
pipeline: lab
	@test -n $(call quoted,$(value CMD)$(PID)) || { \
	    echo "Say which: make pipeline CMD='tar c src | gzip | wc -c', or PID=1234 for one that runs" >&2; exit 1; }
	@$(LAB) pipeline $(if $(PID),--pid "$(PID)") $(if $(filter-out 0,$(TRY)),--try $(if $(ROUNDS),--rounds "$(ROUNDS)")) $(if $(value CMD),-- $(call quoted,$(value CMD)))

.PHONY: pipelines
pipelines: lab
	@$(LAB) pipelines $(INTO) $(if $(ROUNDS),--rounds "$(ROUNDS)")

.PHONY: beyond fizzbuzz
# BYTES is for the stages: 10 GiB would be over too soon.
BEYOND = $(LAB) beyond $(INTO) $(PLACE) $(ROWS) \
	$(if $(filter command%,$(origin BYTES)),--bytes "$(BYTES)") \
	$(if $(ROUNDS),--rounds "$(ROUNDS)") $(if $(ALSO),--also "$(ALSO)")
beyond: lab
	@$(BEYOND) $(TABLE)

fizzbuzz: lab
	@cargo build --quiet --release --package exercises --bin naive-fizzbuzz --bin solution7
	@$(BEYOND) $(if $(filter command%,$(origin TABLE)),$(TABLE),fizzbuzz)

.PHONY: kernels qemu
kernels: qemu lab
	@$(LAB) kernels $(if $(KERNELS),--kernels "$(KERNELS)") $(if $(ARCH),--arch "$(ARCH)") \
	    $(if $(filter-out 0,$(FULL)),--full) $(if $(ONLY),--only "$(ONLY)") \
	    $(if $(OPTIONS),--boot-options "$(OPTIONS)") \
	    $(if $(filter-out 0,$(REPLACE_REFERENCE)),--replace-reference)

# Before anything is built for it.
qemu:
	@command -v qemu-system-x86_64 >/dev/null || command -v qemu-system-aarch64 >/dev/null || { \
	    echo 'make kernels needs QEMU, which is not here: apt install qemu-system-x86 qemu-system-arm' >&2; exit 1; }

.PHONY: book serve check-book
# What weaves code, figures and data into the pages and builds them; it measures nothing.
PREPROCESSOR = $(call run,preprocessor,--package preprocessor) --end-with-parent
book: | tools
	@$(PREPROCESSOR) build
	@echo 'Read it from book/book/index.html'

serve: | tools
	@$(PREPROCESSOR) serve

check-book: book
	@command -v npm >/dev/null || { echo 'note: npm is not installed, so nobody looks at the pages of the book' >&2; exit 0; }; \
	    cd book/checks; npm ci --silent --no-audit --no-fund || \
	    { echo 'note: npm could not get what looks at the pages of the book' >&2; test -z "$$CI"; exit; }; \
	    npm test

.PHONY: picture
picture: | tools
	@$(PREPROCESSOR) picture

.PHONY: checks-tools figures pdf epub
# What is needed for what a browser makes of the book.
checks-tools: book
	@command -v npm >/dev/null || { echo 'This needs npm and Chromium: install them (Debian, Ubuntu: nodejs npm chromium)' >&2; exit 1; }
	@cd book/checks && npm ci --silent --no-audit --no-fund

figures: checks-tools
	@cd book/checks && npm run --silent draw
	@$(PREPROCESSOR) build

pdf epub: checks-tools
	@cd book/checks && npm run --silent $@

.PHONY: workshop workshop-program $(foreach what,exercise solution hint reset watch,$(addprefix $(what),$(EXERCISES)))
workshop: workshop-program
	@$(WORKSHOP) progress

.PHONY: share room
share: lab
	@$(LAB) share --machine "$(MACHINE)" $(PLACE)

room: lab
	@[ -n "$(DIR)" ] || { echo 'Which folder are the texts in? make room DIR=texts' >&2; exit 1; }
	@$(LAB) room "$(DIR)" $(if $(filter-out 0,$(WATCH)),--watch)

# The programs that exercises are measured against, and those of $(1). A watch builds the
# learner's itself.
RIVALS = cargo build --quiet --release $(STAGE_CRATES) && cargo build --quiet --release --package exercises \
	--bin counter-write --bin naive-fizzbuzz --bin whose-fault $(1)

$(addprefix exercise,$(EXERCISES)): exercise%: workshop-program
	@$(call RIVALS,--bin exercise$*)
	@$(CHECK) $*

$(addprefix solution,$(EXERCISES)): solution%: workshop-program
	@$(call RIVALS,--bin solution$*)
	@$(CHECK) $* --solution

$(addprefix watch,$(EXERCISES)): watch%: workshop-program
	@$(RIVALS)
	@$(call WORKSHOP,$(if $(CPUS),taskset -c "$(CPUS)")) watch $*

$(addprefix hint,$(EXERCISES)): hint%: workshop-program
	@$(WORKSHOP) hint $*

$(addprefix reset,$(EXERCISES)): reset%: workshop-program
	@$(WORKSHOP) reset $*

# Apart from the exercises, so that hints can be had for one that does not compile.
workshop-program: | tools
	@cargo build --quiet --release --package exercises --bin workshop

.PHONY: fetch test test-quick lint clean
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

# What takes longer than all others together.
SLOW_TESTS := book data doctor measure perf
QUICK_TESTS = $(filter-out $(SLOW_TESTS),$(basename $(notdir $(wildcard tests/tests/*.rs))) \
	$(notdir $(patsubst %/main.rs,%,$(wildcard tests/tests/*/main.rs))))
test-quick: lab
	cargo test --release --workspace --lib --bins
	cargo test --release --package tests $(addprefix --test ,$(QUICK_TESTS))
	@echo 'Left out, and tried by make test: $(SLOW_TESTS), the workshop, and the pages of the book.'

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
	@echo 'make perf-stage1 ... $(words $(STAGES))    the same for one stage'
	@echo 'make beyond               what is faster than stage 5, into the same reader'
	@echo 'make fizzbuzz             FizzBuzz, plain and as fast as it goes, and stage 5'
	@echo 'make kernels              try everything on other kernels, in QEMU, and count'
	@echo 'make pipeline CMD="a | b" who waits for whom in any pipeline, and what it waits for'
	@echo 'make pipelines            slow pipelines before and after, and what the watcher costs'
	@echo 'make book                 build the book into book/book'
	@echo 'make serve                build it, open it, and build it again at each change'
	@echo 'make pdf, make epub       the book on paper, or for a reader, in book/paper'
	@echo 'make figures              make the figures to play with anew, after a change in book/play'
	@echo 'make picture              draw the picture of README.md anew, from the reference'
	@echo 'make check-book           look at its pages: HTML, links, spelling, in a browser'
	@echo 'make workshop             the exercises, and which of them you have passed'
	@echo 'make exercise1 ... $(lastword $(EXERCISES))      check your file of an exercise'
	@echo 'make watch1 ... $(lastword $(EXERCISES))         check it whenever you save it'
	@echo 'make hint1 ... $(lastword $(EXERCISES))          give the next hint'
	@echo 'make solution1 ... $(lastword $(EXERCISES))      run the same check on the solution'
	@echo 'make reset1 ... $(lastword $(EXERCISES))         bring the file back to how it came, after asking'
	@echo 'make share                write what this machine has done, without names, for the room'
	@echo 'make room DIR=texts       one page of all the texts in that folder: room.html'
	@echo 'make fetch                get all that is needed from the network, once'
	@echo 'make test                 test everything'
	@echo 'make test-quick           in a minute; it says what it leaves out'
	@echo 'make lint                 check the formatting, and what clippy finds'
	@echo 'make clean                remove what was built'
	@echo
	@echo 'BYTES=1G        how many bytes each stage moves (10GiB)'
	@echo 'CPUS=0,1        the CPUs of writer and reader (two cores that share a cache)'
	@echo 'CSV=1           print rows instead of a table'
	@echo 'MACHINE=laptop  the folder of book/measured for what is measured (yours)'
	@echo 'REPLACE_REFERENCE=1  with MACHINE=reference: measure what the book shows anew'
	@echo 'QUICK=1         measure the stages and what explains them, and no more'
	@echo 'TABLE=beside    what make beyond runs (without-vmsplice, beside, waiting, price)'
	@echo 'ALSO=mine       with make fizzbuzz or beyond: one more writer, in the same rounds'
	@echo 'PID=1234        with make pipeline: watch one that runs, for 10 seconds'
	@echo 'WATCH=1         with make room: build it again whenever a text comes in'
	@echo 'TRY=1           with make pipeline: then try what would help; it asks first'
	@echo 'ROUNDS=30       how many rounds to measure (15, or 5 when quick)'
	@echo 'KERNELS="6.1 7.2"  which kernels make kernels boots (all); ARCH=arm64 or x86-64'
	@echo 'FULL=1          boot each also without huge pages, PSI, a second CPU, memory'
	@echo 'ONLY=checks     of make kernels (or counts, functions); OPTIONS="psi=0" for the kernels'

.PHONY: tools
tools:
	@command -v uname >/dev/null || { echo "There is no uname in PATH, where all the usual tools are: PATH is '$$PATH'" >&2; exit 1; }
	@[ "$$(uname -s)" = Linux ] || { echo "Fast Pipes needs Linux: no other system has vmsplice and splice. A Linux VM will do." >&2; exit 1; }
	@command -v cargo >/dev/null || { \
	    [ -z "$$SUDO_USER" ] || echo "sudo finds no cargo. Build as yourself, and let root run the program alone: sudo target/release/lab $(or $(firstword $(filter doctor measure pages perf,$(MAKECMDGOALS))),perf)" >&2; \
	    [ -n "$$SUDO_USER" ] || echo "Fast Pipes needs Rust, and there is no cargo: install it from https://rustup.rs" >&2; exit 1; }
	@command -v cc >/dev/null || { echo "Rust needs a C linker, and there is no cc: install gcc (Debian, Ubuntu, Fedora, Alpine: package gcc)" >&2; exit 1; }
