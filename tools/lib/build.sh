# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Building this checkout's module, and running the root's tools on it.

# The folder of this checkout's build products for a flavour, outside of it, so
# that checkouts do not disturb each other.
mod_dir() {
	printf '%s/mod/%s%s-%s\n' "$LAB_CACHE" "$1" "${LAB_FRAGMENT:+-$LAB_FRAGMENT}${LAB_VARIANT-}" "$(printf %s "$LAB_CHECKOUT" | digest)"
}

# The mounts that a build of flavour $1 into folder $2 needs.
build_mounts() {
	local dist kernel

	dist=$(lab_dist) || exit 1
	kernel=$(lab_kernel "$1") || exit 1
	mkdir -p "$2"
	printf '%s\n' "$dist/src:/lab/src:ro" "$kernel:/lab/kernel/$1:ro" \
		"$2:/lab/mod" "$LAB_CHECKOUT:$LAB_CHECKOUT"
}

# lab_build FLAVOUR [VAR=...]: build, show warnings and errors only, print the path.
lab_build() {
	[ "${1-}" ] || die "build what? one of: $flavours"
	build_module bonding "$LAB_CHECKOUT" "$(mod_dir "$1")" "$@"
}

# lab_build_test FLAVOUR NAME: the same for a module that tests need.
lab_build_test() {
	[ -d "$LAB_CHECKOUT/tests/modules/$2" ] || die "no module '$2' in tests/modules"
	build_module "$2" "$LAB_CHECKOUT/tests/modules/$2" "$(mod_dir "$1")-$2" "$1"
}

# build_module NAME SOURCE FOLDER FLAVOUR [VAR=...]
build_module() {
	local name=$1 source=$2 dir=$3 flavour=$4 log lock mounts status=0 key

	shift 4
	key=$(kernel_make_vars "$flavour")
	log=$LAB_CACHE/log/build-${dir##*/}.log
	mkdir -p "$dir" "${log%/*}"
	mapfile -t mounts < <(build_mounts "$flavour" "$dir")
	[ ${#mounts[@]} -ge 4 ] || exit 1
	exec {lock}>"$dir.lock"
	flock "$lock"
	# Another kernel, another module: nothing of the old one may stay.
	if [ "$(cat "$dir.kernel" 2>/dev/null)" != "${mounts[1]}" ]; then
		find "$dir" -mindepth 1 -delete
		printf '%s\n' "${mounts[1]}" >"$dir.kernel"
	fi
	forget_older "$dir" "$source"
	# shellcheck disable=SC2086
	LAB_PWD=$LAB_CHECKOUT in_root "${mounts[@]}" -- \
		make -C "/lab/kernel/$flavour" $key M="$source" MO=/lab/mod \
		-j"$(nproc)" "$@" modules >"$log" 2>&1 </dev/null || status=$?
	exec {lock}>&-
	if [ $status != 0 ]; then
		grep -vE '^(make(\[[0-9]+\])?: (Entering|Leaving)|  [A-Z]+ )' "$log" >&2 || :
		die "the module $name does not build for $flavour, see $log"
	fi
	# Warnings, with what rustc and gcc print below them.
	grep -vE '^(make(\[[0-9]+\])?: |  [A-Z]+ |Skipping BTF)' "$log" >&2 || :
	[ -e "$dir/$name.ko" ] || die "the build made no $name.ko, see $log"
	printf '%s\n' "$dir/$name.ko"
}

# lab_exec COMMAND...: in the root, at the checkout, with the stock build tree's
# source at /lab/src for the kernel's own scripts and configuration files.
lab_exec() {
	local dist flavour mounts kernel

	[ $# -gt 0 ] || die "exec what?"
	dist=$(lab_dist) || exit 1
	mounts=("$dist/src:/lab/src:ro" "$LAB_CHECKOUT:$LAB_CHECKOUT")
	for flavour in $flavours; do
		kernel=$LAB_CACHE/kernel-$flavour-$(kernel_key "$flavour")
		[ ! -d "$kernel" ] || mounts+=("$kernel:/lab/kernel/$flavour:ro")
	done
	if [ -d "$LAB_CACHE/mod" ]; then
		mounts+=("$LAB_CACHE/mod:$LAB_CACHE/mod")
	fi
	LAB_PWD=$LAB_CHECKOUT in_root "${mounts[@]}" -- "$@"
}
