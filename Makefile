# ha-agent: build, test, install. `make help` lists the targets.
# The version lives in one place: the first line of packaging/debian/changelog.
VERSION  := $(shell awk -F'[()]' 'NR == 1 {print $$2}' packaging/debian/changelog)
PREFIX   ?= /usr
SYSCONFDIR ?= /etc
DESTDIR  ?=
BUILD    ?= build
CXX      ?= g++
ifeq ($(origin CXX),default)
CXX      := g++
endif
CLANGXX  ?= clang++

# The MySQL client library: libmariadb (Debian's default) or mysqlclient (Oracle's).
MYSQL_PC ?= $(shell pkg-config --exists libmariadb && echo libmariadb || echo mysqlclient)
REDIS_PC ?= $(shell pkg-config --exists hiredis_ssl && echo hiredis_ssl || echo hiredis)
PKGS     := libcurl libcrypto $(MYSQL_PC) hiredis $(REDIS_PC)

WARN     := -Wall -Wextra -Wpedantic -Wshadow -Wconversion
# With no flags given, those that Debian builds its packages with: what is tested here is what is installed.
ifeq ($(origin OPT)$(origin CXXFLAGS),undefinedundefined)
debian_flags = $(shell DEB_BUILD_MAINT_OPTIONS=hardening=+all dpkg-buildflags --get $(1) 2>/dev/null)
CXXFLAGS := $(or $(call debian_flags,CXXFLAGS),-g -O2)
CPPFLAGS := $(call debian_flags,CPPFLAGS)
LDFLAGS  := $(call debian_flags,LDFLAGS)
endif
# Line tables are what a trace of a crash needs; all of -g takes a quarter of the compiler's time.
CXXFLAGS := $(patsubst -g,-g1,$(CXXFLAGS))
# fmt's own code is compiled once, in agent/fmt.cc: neither header-only nor libfmt.so. What is to be instantiated
# differs between major versions, so with another than Debian 12's each file takes it from the headers.
FMT_FLAG := $(if $(filter-out 9.%,$(shell pkg-config --modversion fmt 2>/dev/null)),-DFMT_HEADER_ONLY=1)
CPPFLAGS += -I. $(FMT_FLAG) $(if $(filter hiredis_ssl,$(REDIS_PC)),-DHA_REDIS_TLS=1)
CPPFLAGS += $(patsubst -I%,-isystem %,$(shell pkg-config --cflags $(PKGS) 2>/dev/null))
CXXFLAGS += -std=c++20 $(WARN) $(OPT) -pthread
# The check is started every second: libstdc++ is linked statically because that saves 0.5 ms of each start.
LDFLAGS  += -pthread -static-libstdc++ -static-libgcc -Wl,--as-needed
# Not libcurl: agent/curl_late.cc loads it when it is needed.
LDLIBS   += $(shell pkg-config --libs $(filter-out libcurl,$(PKGS)) 2>/dev/null) -linih

LIB_SRC  := $(filter-out agent/main.cc,$(wildcard agent/*.cc checks/*.cc notify/*.cc))
LIB_OBJ  := $(LIB_SRC:%.cc=$(BUILD)/%.o) $(BUILD)/made/config_example.o
TEST_SUITES := unit integration issues
ALL_SRC  := $(wildcard agent/*.cc checks/*.cc notify/*.cc packaging/*.cc tests/*/*.cc)
ALL_HDR  := $(wildcard agent/*.h checks/*.h notify/*.h tests/*/*.h)

# One quiet line a file; V=1 shows the commands.
Q        := $(if $(filter 1,$(V)),,@)
tell      = $(if $(filter 1,$(V)),,@printf '  %-4s %s\n' $(1) $(@:$(BUILD)/%=%))

.PHONY: all
all: $(BUILD)/ha-agent

$(BUILD)/ha-agent: $(BUILD)/agent/main.o $(BUILD)/libha.a
	$(call tell,LINK)
	$(Q)$(CXX) $(CXXFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(BUILD)/libha.a: $(LIB_OBJ)
	@rm -f $@
	$(call tell,AR)
	$(Q)$(AR) rcs $@ $^

# What `config example` prints and what `init` begins with are the files that are installed: no second copy is kept.
$(BUILD)/made/config_example.cc: etc/ha-agent.conf etc/keepalived/two-node-a.conf.example Makefile
	@mkdir -p $(@D)
	@{ echo '#include "agent/config_example.h"'; \
	  printf 'const std::string_view ha::config_example = R"conf('; cat $<; echo ')conf";'; \
	  printf 'const std::string_view ha::keepalived_example = R"conf('; cat $(word 2,$^); echo ')conf";'; \
	  } >$@.tmp && mv $@.tmp $@
$(BUILD)/made/config_example.o: $(BUILD)/made/config_example.cc Makefile
	$(call tell,CXX)
	$(Q)$(CXX) $(CPPFLAGS) $(CXXFLAGS) -ffile-prefix-map=$(BUILD)=build -MMD -MP -c -o $@ $<

# The program that dies where a test tells it to: notify/crash_point.h.
CRASHING  := notify/executor notify/roles notify/switchover_command
CRASH_OBJ := $(CRASHING:%=$(BUILD)/crash/%.o)
$(BUILD)/ha-agent-crash: $(BUILD)/agent/main.o $(CRASH_OBJ) $(BUILD)/libha.a
	$(call tell,LINK)
	$(Q)$(CXX) $(CXXFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)
$(BUILD)/crash/%.o: %.cc $(BUILD)/flags
	@mkdir -p $(@D)
	$(call tell,CXX)
	$(Q)$(CXX) $(CPPFLAGS) $(VERSION_FLAG) -DHA_CRASH_POINTS $(CXXFLAGS) -MMD -MP -c -o $@ $<

# Only what names the version is compiled anew for another one.
VERSION_FLAG := -DHA_VERSION='"$(VERSION)"'
VERSIONED    := $(patsubst %.cc,$(BUILD)/%.o,$(shell grep -lw HA_VERSION agent/*.cc checks/*.cc notify/*.cc 2>/dev/null))
$(VERSIONED): CPPFLAGS += $(VERSION_FLAG)
$(VERSIONED): $(BUILD)/version
$(BUILD)/version: FORCE
	@mkdir -p $(@D)
	@echo '$(VERSION)' | cmp -s - $@ || echo '$(VERSION)' >$@
.PHONY: FORCE
FORCE:

# Nor is anything kept that was compiled with other flags; where the tree lies is none of them.
$(BUILD)/flags: FORCE
	@mkdir -p $(@D)
	@echo '$(FLAGS)' | cmp -s - $@ || echo '$(FLAGS)' >$@

$(BUILD)/%.o: %.cc $(BUILD)/flags
	@mkdir -p $(@D)
	$(call tell,CXX)
	$(Q)$(CXX) $(CPPFLAGS) $(CXXFLAGS) -MMD -MP -c -o $@ $<
# Tests are compiled once and run once: the optimizer would take longer than it saves.
$(foreach suite,$(TEST_SUITES) support,$(BUILD)/tests/$(suite)/%.o): CXXFLAGS += $(TEST_FLAGS)
TEST_FLAGS := -U_FORTIFY_SOURCE -O0 -g1

-include $(wildcard $(BUILD)/made/*.d $(BUILD)/agent/*.d $(BUILD)/checks/*.d $(BUILD)/notify/*.d $(BUILD)/tests/*/*.d \
  $(BUILD)/packaging/*.d $(BUILD)/crash/notify/*.d $(BUILD)/fuzz/agent/*.d $(BUILD)/fuzz/notify/*.d \
  $(BUILD)/fuzz/tests/fuzz/*.d)

# --- what the targets need -------------------------------------------------------------------------

.PHONY: deps
deps:            ## install by apt what is missing (without root: print the command)
	@packaging/deps

# --- tests -----------------------------------------------------------------------------------------
# One Boost.Test program per folder; tests/run runs every suite and prints the sum.

define test_program
$(1)_OBJ := $$(patsubst %.cc,$(BUILD)/%.o,$$(wildcard tests/$(1)/*.cc tests/support/*.cc))
$(BUILD)/test-$(1): $$($(1)_OBJ) $(BUILD)/libha.a
	$$(call tell,LINK)
	$$(Q)$$(CXX) $$(CXXFLAGS) $$(LDFLAGS) -o $$@ $$^ $$(LDLIBS)
endef
$(foreach suite,$(TEST_SUITES),$(eval $(call test_program,$(suite))))

# The model of the role protocol is a program of its own: it needs the deciding code alone.
MODEL_OBJ := $(patsubst %.cc,$(BUILD)/%.o,$(wildcard tests/model/*.cc))
$(BUILD)/test-model: $(MODEL_OBJ) $(BUILD)/libha.a
	$(call tell,LINK)
	$(Q)$(CXX) $(CXXFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

# Boost.Test's single-header form trips over -Wconversion in Boost's own code, so it is a system include.
.PHONY: test-programs
test-programs: $(TEST_SUITES:%=$(BUILD)/test-%) $(BUILD)/test-model $(BUILD)/ha-agent-crash

.PHONY: test
test:            ## install, build, run every test; ends with "N passed, N failed"
	@packaging/deps
	@+{ tests/support/mysql-tree; tests/package/tree; } >/dev/null 2>&1 & tree=$$!; trap 'kill $$tree 2>/dev/null' INT TERM HUP; \
	  $(MAKE) --no-print-directory -j$$(nproc) all test-programs fuzz-programs
	@tests/run

SOAK_SECONDS ?= 600
.PHONY: soak-model
soak-model:      ## the role protocol's model: every pair of faults, for SOAK_SECONDS (600)
	@+$(MAKE) --no-print-directory -j$$(nproc) $(BUILD)/test-model
	@$(BUILD)/test-model soak $(SOAK_SECONDS)

ROUNDS   ?= 20
.PHONY: soak
soak:            ## random overlapping faults on two nodes: ROUNDS (20) from SEED (today's date) on
	@packaging/deps
	@+$(MAKE) --no-print-directory -j$$(nproc) all
	@tests/e2e/soak --rounds $(ROUNDS) $(if $(SEED),--seed $(SEED))

ALERTS   ?= 10000
.PHONY: alerts-campaign
alerts-campaign: ## ALERTS (10000) on eight channels that fail, killed senders, a full disk
	@packaging/deps
	@+$(MAKE) --no-print-directory -j$$(nproc) all
	@tests/e2e/alerts-campaign --alerts $(ALERTS) $(if $(SEED),--seed $(SEED))

.PHONY: demo
demo:            ## install, build, show a failover of two nodes on this machine
	@packaging/deps
	@+$(MAKE) --no-print-directory -j$$(nproc) all
	@tests/e2e/demo

.PHONY: bench
bench:           ## the figures, side by side with the shell scripts people use
	@packaging/deps
	@+$(MAKE) --no-print-directory -j$$(nproc) all
	@tests/bench/run

.PHONY: matrix
matrix:          ## servers, client libraries and keepaliveds of three releases of Debian and two of Ubuntu; ROUNDS=20
	@tests/e2e/matrix

.PHONY: platforms
platforms:       ## the package, built and installed in clean trees of Debian 12 and 13 and Ubuntu 24.04 and 26.04
	@packaging/deps
	@tests/package/platforms

.PHONY: nodes
nodes:           ## two booted systems: install by the README, failover, switchover, rolling upgrade
	@packaging/deps
	@tests/nodes/run

# libFuzzer needs clang, and what it is to look into must be built with it: only the sources that
# read what comes from outside and what those need. Each target takes its part out of one archive.
FUZZ_SRC := $(wildcard tests/fuzz/*.cc)
FUZZ_LIB := $(addprefix agent/,atomic_file.cc base64.cc clock.cc config.cc config_alert_rules.cc config_alerts.cc \
  config_rules.cc config_show.cc crypto.cc curl_easy.cc curl_late.cc duration.cc fmt.cc ini_text.cc log.cc metric.cc \
  option_value.cc options.cc ping_socket.cc problem_list.cc regular_file.cc secret.cc section_kind.cc state.cc \
  text.cc) $(wildcard agent/texts*.cc notify/format*.cc) $(addprefix notify/,alert.cc alert_json.cc alert_text.cc channel.cc \
  counters.cc digest.cc html.cc journal.cc local_time.cc mail.cc mail_text.cc mask.cc message.cc outbox.cc plan.cc \
  reply.cc room.cc told_trouble.cc transfer.cc unspooled.cc url_encode.cc utf8.cc webhook.cc)
FUZZ_FLAGS := -std=c++20 $(WARN) -O1 -gline-tables-only -pthread -fsanitize=fuzzer,address,undefined \
  -fno-sanitize-recover=undefined
# Immediate: what is set for one target must not get into it.
FLAGS := $(subst $(CURDIR),.,$(notdir $(lastword $(CXX))) $(CPPFLAGS) $(CXXFLAGS) $(TEST_FLAGS) $(FUZZ_FLAGS))
.PHONY: fuzz-programs
fuzz-programs: $(FUZZ_SRC:tests/fuzz/%.cc=$(BUILD)/fuzz-%)
$(BUILD)/fuzz-%: $(BUILD)/fuzz/tests/fuzz/%.o $(BUILD)/fuzz/libha.a
	$(call tell,LINK)
	$(Q)$(CLANGXX) $(FUZZ_FLAGS) -o $@ $^ -linih -lcrypto
$(BUILD)/fuzz/libha.a: $(FUZZ_LIB:%.cc=$(BUILD)/fuzz/%.o)
	@rm -f $@
	$(call tell,AR)
	$(Q)$(AR) rcs $@ $^
$(BUILD)/fuzz/%.o: CPPFLAGS += $(VERSION_FLAG)
$(BUILD)/fuzz/%.o: %.cc $(BUILD)/flags
	@mkdir -p $(@D)
	$(call tell,CXX)
	$(Q)$(CLANGXX) $(CPPFLAGS) $(FUZZ_FLAGS) -MMD -MP -c -o $@ $<
.SECONDARY: $(FUZZ_SRC:%.cc=$(BUILD)/fuzz/%.o)

# --- quality ---------------------------------------------------------------------------------------

.PHONY: format
format:          ## clang-format everything
	clang-format -i $(ALL_SRC) $(ALL_HDR)

.PHONY: lint
lint:            ## clang-format and clang-tidy, and a build with clang; all without a warning
	clang-format --dry-run --Werror $(ALL_SRC) $(ALL_HDR)
	+$(MAKE) --no-print-directory BUILD=$(BUILD)/clang CXX=$(CLANGXX) CXXFLAGS='-std=c++20 $(WARN) -Werror -O1 -pthread' all
	printf '%s\n' $(LIB_SRC) agent/main.cc | xargs -P$$(nproc) -n4 \
	  sh -c 'clang-tidy --quiet "$$@" -- -std=c++20 $(CPPFLAGS) -DHA_VERSION=\"$(VERSION)\"' sh

.PHONY: sanitize
sanitize:        ## unit, integration and issue tests under ASan+UBSan and under TSan
	+$(MAKE) --no-print-directory BUILD=$(BUILD)/asan OPT='-O1 -g -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer' LDFLAGS='-pthread' all test-programs
	BUILD=$(BUILD)/asan tests/run $(TEST_SUITES)
	+$(MAKE) --no-print-directory BUILD=$(BUILD)/tsan OPT='-O1 -g -fsanitize=thread' LDFLAGS='-pthread' all test-programs
	BUILD=$(BUILD)/tsan tests/run $(TEST_SUITES)

# --- install and package ---------------------------------------------------------------------------

.PHONY: deb
deb:             ## build the Debian package into build/deb/
	@packaging/build-deb

# Man pages: the keys of ha-agent.conf(5) come from the options table.
MAN_DATE := $(shell date -u -d "$$(awk '/^ -- / {sub(/.*  /, ""); print; exit}' packaging/debian/changelog)" +%Y-%m-%d)
.PHONY: man
man: $(BUILD)/man/ha-agent.8 $(BUILD)/man/ha-agent.conf.5   ## the man pages, into build/man/
$(BUILD)/gen-docs: $(BUILD)/packaging/gen-docs.o $(BUILD)/libha.a
	$(call tell,LINK)
	$(Q)$(CXX) $(CXXFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)
$(BUILD)/man/keys: $(BUILD)/gen-docs
	@mkdir -p $(@D)
	$(BUILD)/gen-docs >$@.tmp && mv $@.tmp $@
$(BUILD)/man/%: packaging/man/%.in $(BUILD)/man/keys $(BUILD)/version
	@mkdir -p $(@D)
	sed -e 's/@VERSION@/$(VERSION)/; s/@DATE@/$(MAN_DATE)/' -e '/^@KEYS@$$/{r $(BUILD)/man/keys' -e 'd}' $< >$@.tmp
	mv $@.tmp $@

.PHONY: install
install: all man     ## into $(DESTDIR)$(PREFIX); the configuration into $(DESTDIR)$(SYSCONFDIR)
	install -D -m 0755 $(BUILD)/ha-agent $(DESTDIR)$(PREFIX)/bin/ha-agent
	@DESTDIR='$(DESTDIR)' PREFIX='$(PREFIX)' SYSCONFDIR='$(SYSCONFDIR)' BUILD='$(BUILD)' packaging/install-files

.PHONY: clean
clean:           ## remove what make made
	rm -rf $(BUILD)

.PHONY: help
help:            ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 12
