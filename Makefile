# What is done now and then. scripts/run and scripts/test need none of it.
.PHONY: build install uninstall package test lint differential fuzz bench
.DEFAULT_GOAL := build

ROUNDS ?= 300
SECONDS ?= 60

# Where things go. DESTDIR stands before all of them.
PREFIX ?= /usr/local
SYSCONFDIR ?= /etc
BINDIR ?= $(PREFIX)/bin
DATADIR ?= $(PREFIX)/share
UNITDIR ?= $(PREFIX)/lib/systemd/system
BASHDIR ?= $(DATADIR)/bash-completion/completions
ZSHDIR ?= $(DATADIR)/zsh/site-functions
FISHDIR ?= $(DATADIR)/fish/vendor_completions.d

# The program that is installed and packaged; one that is named is taken as it is.
BINARY ?= .build/release/trustpath
# For Prometheus, Alertmanager and Grafana.
MONITORING = $(wildcard alerts/*.yaml dashboards/*.json)
# Where the package goes.
OUTPUT ?= .

FORCE:

build:
	scripts/build-prerequisites
	scripts/build

# Builds what has changed; with BINARY=FILE that one is taken as it is.
.build/release/trustpath: FORCE
	scripts/build-prerequisites
	scripts/build

# A configuration that is there stays as it is.
install: $(BINARY)
	install -d $(DESTDIR)$(BINDIR) $(DESTDIR)$(DATADIR)/man/man1 $(DESTDIR)$(UNITDIR) \
	    $(DESTDIR)$(BASHDIR) $(DESTDIR)$(ZSHDIR) $(DESTDIR)$(FISHDIR) \
	    $(DESTDIR)$(SYSCONFDIR)/trustpath $(DESTDIR)$(SYSCONFDIR)/default
	install -m 755 $(BINARY) $(DESTDIR)$(BINDIR)/trustpath
	install -m 644 packaging/trustpath.1 $(DESTDIR)$(DATADIR)/man/man1/trustpath.1
	sed -e 's|/usr/bin/trustpath|$(BINDIR)/trustpath|; s|/etc/|$(SYSCONFDIR)/|g' \
	    packaging/systemd/trustpath.service >$(DESTDIR)$(UNITDIR)/trustpath.service
	chmod 644 $(DESTDIR)$(UNITDIR)/trustpath.service
	$(BINARY) --generate-completion-script bash | sed '1{/^#!/d}' \
	    >$(DESTDIR)$(BASHDIR)/trustpath
	$(BINARY) --generate-completion-script zsh >$(DESTDIR)$(ZSHDIR)/_trustpath
	$(BINARY) --generate-completion-script fish >$(DESTDIR)$(FISHDIR)/trustpath.fish
	for file in $(MONITORING); do \
	    install -D -m 644 $$file $(DESTDIR)$(DATADIR)/trustpath/$$file || exit 1; done
	test -e $(DESTDIR)$(SYSCONFDIR)/trustpath/trustpath.yaml || install -m 644 \
	    packaging/trustpath.yaml $(DESTDIR)$(SYSCONFDIR)/trustpath/trustpath.yaml
	test -e $(DESTDIR)$(SYSCONFDIR)/default/trustpath || install -m 644 \
	    packaging/systemd/trustpath.default $(DESTDIR)$(SYSCONFDIR)/default/trustpath

# What `make install` put there, with the same variables; the configuration stays.
uninstall:
	rm -f $(DESTDIR)$(BINDIR)/trustpath $(DESTDIR)$(DATADIR)/man/man1/trustpath.1 \
	    $(DESTDIR)$(UNITDIR)/trustpath.service $(DESTDIR)$(BASHDIR)/trustpath \
	    $(DESTDIR)$(ZSHDIR)/_trustpath $(DESTDIR)$(FISHDIR)/trustpath.fish
	rm -rf $(DESTDIR)$(DATADIR)/trustpath

# trustpath_VERSION_ARCHITECTURE.deb, for the release of Debian or Ubuntu that this runs on.
package: $(BINARY)
	scripts/package $(BINARY) $(OUTPUT)

test:
	scripts/test

lint:
	scripts/lint

# Random signed trees, one fault each, judged by trustpath, Unbound and delv.
differential:
	scripts/differential $(ROUNDS)

# Every fuzzer for this many seconds.
fuzz:
	scripts/fuzz $(SECONDS)

# Cost of a validation, a handshake and a whole target beside other programs', both from one run.
bench:
	scripts/bench
