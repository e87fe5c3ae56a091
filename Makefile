# What developers run now and then. scripts/run and scripts/test need none of it.
.PHONY: test lint differential fuzz bench

ROUNDS ?= 300
SECONDS ?= 60

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
