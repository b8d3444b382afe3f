# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Messages, the cache and its locks; sourced by tools/lab and tools/tests.

# LAB_TOOLS is the tools folder, LAB_CHECKOUT the tree it belongs to.
LAB_TOOLS=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
LAB_CHECKOUT=$(cd "$LAB_TOOLS/.." && pwd -P)
# A folder of its own in whatever folder is named: "clean" removes it with all that is in it.
LAB_CACHE=$(realpath -m "${BOND_LAB_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}}")/bonding-lab

say() {
	printf 'lab: %s\n' "$*" >&2
}

die() {
	printf 'lab: error: %s\n' "$*" >&2
	exit 1
}

# A short name for whatever is on standard input.
digest() {
	sha256sum | cut -c1-12
}

need_root() {
	[ "$(id -u)" = 0 ] ||
		die "the lab mounts and changes root: run it as root (sudo make ...)"
	unshare -m true 2>/dev/null ||
		die "no mount namespaces here (unshare -m fails): run outside a restricted container"
}

# need_space MEGABYTES: fail early, not in the middle of a build.
need_space() {
	local free

	mkdir -p "$LAB_CACHE" || die "cannot create $LAB_CACHE: set BOND_LAB_CACHE to a writable folder"
	free=$(df -Pm "$LAB_CACHE" | awk 'NR == 2 { print $4 }')
	[ "$free" -ge "$1" ] ||
		die "$LAB_CACHE has $free MB free, $1 MB are needed: free some or set BOND_LAB_CACHE"
}

# need_tools COMMAND:PACKAGE...: install what the host lacks, never prompt.
need_tools() {
	local pair missing=()

	for pair in "$@"; do
		command -v "${pair%%:*}" >/dev/null || missing+=("${pair#*:}")
	done
	[ ${#missing[@]} -gt 0 ] || return 0
	command -v apt-get >/dev/null ||
		die "missing ${missing[*]}, and there is no apt-get: install by hand"
	say "installing ${missing[*]}"
	export DEBIAN_FRONTEND=noninteractive
	# A machine that has just started is busy with packages of its own.
	set -- apt-get -o DPkg::Lock::Timeout=300 -qq
	"$@" install -y --no-install-recommends "${missing[@]}" </dev/null >/dev/null 2>&1 ||
		{ "$@" update && "$@" install -y --no-install-recommends "${missing[@]}" </dev/null >/dev/null; } ||
		die "apt-get could not install ${missing[*]}: check the machine's apt sources and network"
}

# cached NAME KEY MEGABYTES BUILDER: print the folder of the cached item, built
# by BUILDER in a temporary folder first if it is not there. Concurrent callers
# wait for one another; an interrupted build leaves nothing that looks complete.
cached() {
	local dir=$LAB_CACHE/$1-$2 what=$1 space=$3 builder=$4 lock

	if [ ! -d "$dir" ]; then
		need_space "$space"
		exec {lock}>"$LAB_CACHE/.$1-$2.lock"
		flock -n "$lock" || { say "$what: another run builds it, waiting"; flock "$lock"; }
		if [ ! -d "$dir" ]; then
			rm -rf "$dir.tmp"
			mkdir -p "$dir.tmp"
			"$builder" "$dir.tmp" >&2 {lock}>&- || exit 1
			mv -T "$dir.tmp" "$dir"
		fi
		exec {lock}>&-
	fi
	printf '%s\n' "$dir"
}

# forget_older FOLDER SOURCE: empty the folder with what was built of the source's files if these are
# others, none of which is newer, as when a tree was replaced by an older one: make and cargo go by dates.
forget_older() {
	local files sum

	mapfile -d '' files < <(find "$2" -name .git -prune -o -type f \( -name '*.rs' -o -name '*.[ch]' -o -name Kbuild \) -print0 | sort -z)
	sum=$(cat "${files[@]}" | digest)
	mkdir -p "$1"
	if [ "$(cat "$1.sources" 2>/dev/null)" != "$sum" ]; then
		if [ -e "$1.sources" ] && [ -z "$(find "${files[@]}" -newer "$1.sources" -print -quit)" ]; then
			find "$1" -mindepth 1 -delete
		fi
		printf '%s\n' "$sum" >"$1.sources"
	fi
}

# advice LOG: what to do about the failures that are not ours.
advice() {
	if grep -qi 'no space left' "$1"; then
		echo ": no space left, free some or set BOND_LAB_CACHE"
	elif grep -qE 'Unable to locate package|no installation candidate' "$1"; then
		echo ": the archive has a package of tools/packages.list no more, take it out there"
	elif grep -qE '404 +Not Found|Hash Sum mismatch' "$1"; then
		echo ": the archive changes at this moment, try again; if that does not help, make lab-clean"
	elif grep -qE 'no linux-source-7' "$1"; then
		echo ": a new kernel may be about to arrive, then try again in some hours"
	elif grep -qE 'config changed on the way|built by another rustc' "$1"; then
		echo ": the archive has newer compilers, or a newer kernel: try again after make lab-clean"
	elif grep -qE 'failed to (download|fetch|get .* as a dependency)|spurious network|download of .* failed' "$1"; then
		echo ": the crates' registry does not answer, check network and cargo's configuration"
	elif grep -qE 'Could not (resolve|connect)|Temporary failure|Failed to fetch|Connection (refused|timed out)' "$1"; then
		echo ": the archive does not answer, check network and apt's proxy"
	fi
}

# logged LOG WHAT COMMAND...: run quietly; on failure show the end of the log.
logged() {
	local log=$1 what=$2 start=$SECONDS

	shift 2
	mkdir -p "${log%/*}"
	say "$what ..."
	if ! "$@" >"$log" 2>&1 </dev/null; then
		grep -iE 'error|fatal|fail|no space|unable to' "$log" | tail -n 12 >&2
		die "$what failed$(advice "$log"), see $log"
	fi
	say "$what: done in $((SECONDS - start)) s"
}
