# SPDX-License-Identifier: GPL-2.0
# Targets of the lab, included by the top-level Makefile.
# FLAVOUR: stock (default), uml, debug or kasan. DRIVER=c: the C driver instead. AGAIN=1: tests that
# passed run again though nothing has changed.

LAB := $(dir $(lastword $(MAKEFILE_LIST)))
DRIVER ?= rust
FLAVOUR ?= stock

PHONY += bench check demo lab-shell lab-build lab-clean
.PHONY: bench check demo lab-shell lab-build lab-clean

bench:
	@$(LAB)bench $(PARTS)

check:
	@$(LAB)tests --driver $(DRIVER) $(if $(AGAIN),--again) $(STEPS)

demo:
	@$(LAB)lab run stock --timeout 240 --driver $(DRIVER) -- tools/guest/demo.sh

lab-build:
	@$(LAB)lab build $(FLAVOUR)

lab-shell:
	@$(LAB)lab run $(FLAVOUR) --driver $(DRIVER) --shell

lab-clean:
	@$(LAB)lab clean
