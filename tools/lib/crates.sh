# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# What is built of crates: the root has cargo, the archive's; crates come from where this machine
# is told to take them.

# The folder with all that cargo fetches and builds, and that of a kind of this checkout's products.
crates_cache=$LAB_CACHE/crates
crates_dir() {
	printf '%s/%s-%s\n' "$crates_cache" "$1" "$(printf %s "$LAB_CHECKOUT" | digest)"
}

# How this machine reaches a registry: cargo's and proxies' variables, its certificates.
crates_access() {
	local name config=${CARGO_HOME:-${HOME:-/root}/.cargo}/config.toml
	local certificates=${CARGO_HTTP_CAINFO:-${SSL_CERT_FILE:-/etc/ssl/certs/ca-certificates.crt}}

	mkdir -p "$crates_cache/home"
	rm -f "$crates_cache"/home/{config.toml,certificates.crt}
	[ ! -r "$config" ] || cp "$config" "$crates_cache/home/config.toml"
	compgen -e | grep -iE '^(CARGO_(NET|HTTP|REGISTR|SOURCE)|(https?|all|no)_proxy$)' | grep -vx CARGO_HTTP_CAINFO |
		while read -r name; do printf '%s=%s\n' "$name" "${!name}"; done
	[ ! -r "$certificates" ] || {
		cp "$certificates" "$crates_cache/home/certificates.crt"
		printf '%s\n' "CARGO_HTTP_CAINFO=$crates_cache/home/certificates.crt"
	}
}

# lab_crates COMMAND [ARG...]: in the root, at the checkout, where cargo finds its crates.
lab_crates() {
	local access

	[ $# -gt 0 ] || die "crates for what?"
	need_space 1000
	access=$(crates_access) || exit 1
	mapfile -t access <<<"$access"
	LAB_PWD=$LAB_CHECKOUT in_root "$LAB_CHECKOUT:$LAB_CHECKOUT" "$crates_cache:$crates_cache" -- \
		env "${access[@]}" CARGO_HOME="$crates_cache/home" BOND_LAB_CACHE="${LAB_CACHE%/*}" LAB_IN_ROOT=y "$@"
}
