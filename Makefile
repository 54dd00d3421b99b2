# A thin front of Meson and Ninja; `make help` lists what there is.

BUILD ?= build
CHECK ?= build-check
JOBS ?= $(shell nproc)
FUZZ_SECONDS ?= 60

EXAMPLE = examples/infected-host
HONEYPOTS = examples/honeypots
DEMO = $(BUILD)/demo
BENCH_TOOLS = bench/tanpa-generate bench/tanpa-replicate bench/pcap-loop bench/measure bench/unscored
CHECK_OPTIONS = --buildtype=debugoptimized -Db_lto=false -Db_sanitize=address,undefined

.PHONY: build demo check test format lint tidy bench bench-peers bench-guard fuzz reference golden install clean help

build: $(BUILD)/build.ninja ## build the program (the default)
	@ninja -C $(BUILD) -j $(JOBS) program

$(BUILD)/build.ninja:
	@meson setup $(BUILD) --buildtype=release

$(CHECK)/build.ninja:
	@meson setup $(CHECK) $(CHECK_OPTIONS)

demo: ## install what a build takes, build, look at the examples, draw the paper's tables and figures
	@tools/install-deps build
	@$(MAKE) --no-print-directory build
	@mkdir -p $(DEMO)
	@echo
	@echo '$$ $(BUILD)/tanpa $(EXAMPLE)'
	@$(BUILD)/tanpa $(EXAMPLE)
	@echo
	@echo 'The tables of the 2009 paper, on the example honeypots:'
	$(BUILD)/tanpa evaluate --host winxp=10.0.0.11 --host win2000=10.0.0.12 --log $(HONEYPOTS)/winxp.csv \
	  --log $(HONEYPOTS)/win2000.csv --log-timezone Asia/Tokyo --table table2,table3 $(HONEYPOTS)
	@$(BUILD)/tanpa plot sent-received -o $(DEMO)/figure3.svg $(HONEYPOTS)
	@$(BUILD)/tanpa plot duration-length --x-scale log -o $(DEMO)/figure4.svg $(HONEYPOTS)
	@echo
	@echo 'Its figures 3 and 4 are in $(DEMO)/figure3.svg and $(DEMO)/figure4.svg.'

check: ## install what the tests take, build with sanitizers, run every test and check
	@tools/install-deps check
	@$(MAKE) --no-print-directory test

test: build $(CHECK)/build.ninja ## the same without installing anything
	@ninja -C $(CHECK) -j $(JOBS)
	@rm -f $(CHECK)/meson-logs/testlog.json
	@meson test -C $(CHECK) --num-processes $(JOBS) --print-errorlogs || true
	@tools/test-summary $(CHECK)

format: ## lay out the C sources as .clang-format says
	@tools/check-format --fix

lint: build ## the checks of the sources: includes, text, format, cppcheck, clang-tidy, man pages, schemas
	@meson test -C $(BUILD) --suite lint --print-errorlogs

tidy: build ## clang-tidy alone, with its findings in full
	@tools/check-tidy $(BUILD)

bench: build ## time tanpa beside its floors
	@ninja -C $(BUILD) -j $(JOBS) $(BENCH_TOOLS)
	@bench/bench --tanpa $(BUILD)/tanpa

bench-peers: build ## the same beside other programs; installs them
	@ninja -C $(BUILD) -j $(JOBS) $(BENCH_TOOLS)
	@bench/install-peers
	@bench/bench compare --peers all --tanpa $(BUILD)/tanpa

bench-guard: build ## instructions per packet, against bench/instructions.txt
	@ninja -C $(BUILD) -j $(JOBS) $(BENCH_TOOLS)
	@bench/instructions --tanpa $(BUILD)/tanpa

fuzz: ## build the fuzz targets with clang and run each for FUZZ_SECONDS
	@tools/install-deps check
	@tools/fuzz --seconds $(FUZZ_SECONDS)

reference: build ## compare with Zeek's answers, where the captures are at hand
	@tests/reference/compare-zeek --tanpa $(BUILD)/tanpa

golden: $(CHECK)/build.ninja ## write the expected outputs anew; look at the difference before you commit it
	@ninja -C $(CHECK) -j $(JOBS)
	@UPDATE_GOLDEN=1 meson test -C $(CHECK) --suite golden
	@git diff --stat -- tests/golden

install: build ## install the program and its man pages (DESTDIR, or meson's prefix)
	@meson install -C $(BUILD)

clean: ## remove every build folder
	@rm -rf $(BUILD) $(CHECK) build-fuzz

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1	\2/p' $(MAKEFILE_LIST) | while IFS='	' read -r name words; do \
		printf '  make %-12s %s\n' "$$name" "$$words"; done
