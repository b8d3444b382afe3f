# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
# For scripts that run in a guest: . /lab/tools/guest/lib.sh
# BOND_RUST_KO and BOND_C_KO are the two drivers' modules, KO_DIR what modprobe
# finds (without any bonding), LAB_FLAVOUR the kernel, BOND_DRIVER who is asked for.

# The build id of a module file, and of the loaded bonding.
ko_id() {
	case $1 in
	*.xz) xz -dc "$1" >/tmp/.ko && set -- /tmp/.ko ;;
	esac
	readelf -n "$1" 2>/dev/null | sed -n 's/.*Build ID: //p'
}

loaded_id() {
	od -An -v -tx1 -j16 /sys/module/bonding/notes/.note.gnu.build-id 2>/dev/null | tr -d ' \n'
}

# Print rust, c, none or unknown.
which_bonding() {
	if ! grep -q '^bonding ' /proc/modules; then
		echo none
	elif [ -n "$BOND_RUST_KO" ] && [ "$(loaded_id)" = "$(ko_id "$BOND_RUST_KO")" ] &&
		grep -q '^bonding .*([A-Z]*O[A-Z]*)$' /proc/modules; then
		echo rust
	elif [ "$(loaded_id)" = "$(ko_id "$BOND_C_KO")" ]; then
		echo c
	else
		echo unknown
	fi
}

# Whoever sees our name must see our code.
assert_rust_loaded() {
	[ "$(which_bonding)" = rust ] && return 0
	echo "# the loaded bonding is not the Rust one but: $(which_bonding)"
	return 1
}

# insmod resolves no dependencies: IPv6 and TLS are modules on the stock kernel.
load_needed() {
	for need in $(modinfo -F depends "$1" | tr , ' '); do
		modprobe "$need" || return 1
	done
}

unload_bonding() {
	grep -q '^bonding ' /proc/modules || return 0
	rmmod bonding
}

load_rust_bonding() {
	unload_bonding || return 1
	[ -n "$BOND_RUST_KO" ] || { echo "# there is no Rust bonding.ko"; return 1; }
	load_needed "$BOND_RUST_KO" && insmod "$BOND_RUST_KO" "$@" && assert_rust_loaded
}

load_c_bonding() {
	unload_bonding || return 1
	load_needed "$BOND_C_KO" && insmod "$BOND_C_KO" "$@" && [ "$(which_bonding)" = c ]
}

# The driver that the run asks for.
load_bonding() {
	case ${BOND_DRIVER:-rust} in
	c) load_c_bonding "$@" ;;
	*) load_rust_bonding "$@" ;;
	esac
}
