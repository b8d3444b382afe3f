# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# The lab's root: a Debian tree with compilers, emulator and test tools.

LAB_SUITE=trixie
LAB_KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg

# The archive this machine uses, from its own apt configuration.
archive_uri() {
	local uri

	# shellcheck disable=SC2016  # the names are apt's
	uri=$(apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT) $(LABEL)' \
			'Created-By: Packages' 2>/dev/null |
		awk '$2 !~ /security/ && $3 == "main" {
			if ($4 == "Debian" || $1 ~ /\/debian\/?$/) { print $1; exit } }')
	[ -n "$uri" ] ||
		die "apt knows no Debian archive (apt-get indextargets): add one to the machine's apt sources"
	printf '%s\n' "$uri"
}

apt_sources() {
	local suite

	for suite in "$LAB_SUITE" "$LAB_SUITE-backports" sid; do
		printf 'deb [signed-by=%s] %s %s main\n' "$LAB_KEYRING" "$1" "$suite"
	done
}

# How this machine reaches its archive: proxies, and whether it minds the dates.
apt_access() {
	apt-config dump 2>/dev/null |
		grep -iE '^Acquire::(Check-(Valid-Until|Date)|https?::|Retries)' || :
	echo 'Acquire::Languages "none";'
	echo 'Apt::Install-Recommends "false";'
	echo 'DPkg::Use-Pty "false";'
}

# From sid comes iproute2 alone: the stable one lacks the newest bond options.
apt_preferences() {
	cat <<-'END'
	Package: *
	Pin: release n=sid
	Pin-Priority: -10

	Package: iproute2
	Pin: release n=sid
	Pin-Priority: 900
	END
}

root_key() {
	{ cat "$LAB_TOOLS/packages.list" "$LAB_TOOLS/lib/root.sh"; uname -m; } | digest
}

# The mandatory names of packages.list, joined for mmdebstrap.
packages() {
	sed -n 's/^\([a-z0-9].*\)/\1/p' "$LAB_TOOLS/packages.list" | paste -sd,
}

optional_packages() {
	sed -n 's/^?//p' "$LAB_TOOLS/packages.list" | tr '\n' ' '
}

build_root() {
	local dir=$1 uri work log=$LAB_CACHE/log/root.log

	need_tools mmdebstrap:mmdebstrap flock:util-linux pkill:procps
	[ -e "$LAB_KEYRING" ] || need_tools none:debian-archive-keyring
	uri=$(archive_uri) || return 1
	work=$dir.work
	rm -rf "$work"
	mkdir -p "$work"
	apt_sources "$uri" >"$work/sources.list"
	apt_preferences >"$work/lab"
	apt_access >"$work/apt.conf"
	rmdir "$dir"
	# shellcheck disable=SC2016  # $1 is the hook's
	logged "$log" "root: Debian $LAB_SUITE with compilers and test tools" \
		mmdebstrap --mode=root --variant=apt --format=directory \
		--aptopt="$work/apt.conf" \
		--dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
		--dpkgopt='path-exclude=/usr/share/locale/*' --dpkgopt=force-unsafe-io \
		--setup-hook='mkdir -p "$1/etc/apt/preferences.d"' \
		--setup-hook="copy-in '$work/lab' /etc/apt/preferences.d" \
		--include="$(packages)" \
		--customize-hook='mkdir -p "$1/lab/src" "$1/lab/stock" "$1/lab/mod" "$1/lab/out" "$1/lab/kernel" "$1/lab/item"' \
		--customize-hook='chroot "$1" sh -c "for p in '"$(optional_packages)"'; do apt-get install -y \$p || :; done"' \
		--customize-hook='for t in clang ld.lld llvm-ar llvm-nm llvm-strip llvm-objcopy llvm-objdump llvm-readelf; do ln -sf "/usr/bin/$t-19" "$1/usr/local/bin/$t"; done' \
		--customize-hook='rm -f "$1/etc/resolv.conf" "$1/etc/hostname"; echo lab >"$1/etc/hostname"' \
		--skip=cleanup/apt,cleanup/reproducible \
		"" "$dir" "$work/sources.list"
	rm -rf "$work"
}

# Print the folder of the root.
lab_root() {
	cached root "$(root_key)" 6000 build_root
}
