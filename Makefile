# SPDX-License-Identifier: GPL-2.0
#
# make [KDIR=<prepared kernel tree>] [ARCH=um] [LLVM=1] [CLIPPY=1]   bonding.ko
# make modules_install      into updates/, where modprobe takes it before the kernel's own
# make check | demo | lab-shell | lab-clean    see Documentation/testing.rst
#
# kbuild reads Kbuild, not this file.

KDIR ?= /lib/modules/$(shell uname -r)/build
MAKEFLAGS += --no-print-directory

PHONY += all modules modules_install clean rustfmt-check rustdoc help
all: modules

modules:
	$(MAKE) -C $(KDIR) M=$(CURDIR) $(if $(MO),MO=$(MO)) modules

modules_install: modules
	$(MAKE) -C $(KDIR) M=$(CURDIR) $(if $(MO),MO=$(MO)) INSTALL_MOD_DIR=updates modules_install

clean:
	$(MAKE) -C $(KDIR) M=$(CURDIR) $(if $(MO),MO=$(MO)) clean

KSRC = $(or $(wildcard $(KDIR)/source),$(KDIR))

rustfmt-check:
	rustfmt --check --edition 2021 --config-path $(KSRC)/.rustfmt.toml src/bond_main.rs

# The kernel's own rustdoc rules know no M=: the crate's documentation is made with the flags of
# its compilation.
rustdoc: modules
	$(MAKE) -C $(KDIR) M=$(CURDIR) $(if $(MO),MO=$(MO)) bond-rustdoc

help:
	@sed -n '3,7s/^# \{0,1\}//p' Makefile

include tools/lab.mk
.PHONY: $(PHONY)
