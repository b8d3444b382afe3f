# SPDX-License-Identifier: GPL-2.0
#
# make [KDIR=<kernel build tree>] [ARCH=um] [LLVM=1] [CLIPPY=1]   bonding.ko; KDIR: the running one's
# make modules_install      into updates/, where modprobe takes it before the kernel's own
# make rustfmt-check        are the sources formatted as the kernel's are?
# make rustdoc              into rustdoc/
# make check | bench | demo | lab-build | lab-shell | lab-clean    see Documentation/testing.rst
#
# kbuild reads Kbuild, not this file.

KDIR ?= /lib/modules/$(shell uname -r)/build
MAKEFLAGS += --no-print-directory

PHONY += all modules modules_install clean check-kdir rustfmt-check rustdoc help
all: modules

# What make would otherwise say of these is hard to understand.
check-kdir:
	@test -e $(KDIR)/Makefile || { \
		echo "error: no kernel build tree at $(KDIR): set KDIR" >&2; exit 1; }
	@grep -qsx CONFIG_RUST=y $(KDIR)/include/config/auto.conf || { \
		echo "error: the kernel of $(KDIR) is not prepared, or not for CONFIG_RUST" >&2; exit 1; }
	@test -e $(KDIR)/rust/libkernel.rmeta || { \
		echo "error: $(KDIR) has no Rust metadata, as is the case with header packages;" \
			"README.md, \"Use it\", says how to prepare a tree" >&2; exit 1; }

modules: check-kdir
	$(MAKE) -C $(KDIR) M=$(CURDIR) $(if $(MO),MO=$(MO)) modules

# The kernel's rule runs no depmod if the tree has no System.map, as one that is only prepared.
modules_install: modules
	$(MAKE) -C $(KDIR) M=$(CURDIR) $(if $(MO),MO=$(MO)) INSTALL_MOD_DIR=updates modules_install
	depmod $(if $(INSTALL_MOD_PATH),-b $(INSTALL_MOD_PATH)) $$(cat $(KDIR)/include/config/kernel.release)

clean: check-kdir
	$(MAKE) -C $(KDIR) M=$(CURDIR) $(if $(MO),MO=$(MO)) clean

KSRC = $(or $(wildcard $(KDIR)/source),$(KDIR))

rustfmt-check: check-kdir
	rustfmt --check --edition 2021 --config-path $(KSRC)/.rustfmt.toml src/bond_main.rs

# Into the folder rustdoc/ of the build. The kernel's own rules for rustdoc know no M=.
rustdoc: check-kdir
	$(MAKE) -C $(KDIR) M=$(CURDIR) $(if $(MO),MO=$(MO)) BOND_RUSTDOC=1 modules

help:
	@sed -n '3,8s/^# \{0,1\}//p' Makefile

include tools/lab.mk
.PHONY: $(PHONY)
