# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# The kernels: Debian's own (stock), and three builds of User Mode Linux.

# in_root [SRC:DST[:ro]]... -- COMMAND...: run it in the lab's root.
in_root() {
	unshare -m -p -f --kill-child bash "$LAB_TOOLS/lib/enter.sh" "$(lab_root)" "$@"
}

# What Debian ships for the newest 7.x kernel with matching source.
# To change folder layout or recipe, change the number in the key.
dist_key() {
	{ root_key; echo dist 2; } | digest
}

# Runs in the root; leaves the .deb files in /lab/item.
fetch_dist() {
	cat <<-'END'
	set -eu
	cd /lab/item
	# What the archive has now, which may be more than when the root was made.
	mkdir -p .lists/partial
	lists="-o Dir::State::lists=$PWD/.lists -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache="
	apt-get $lists update -q
	image=
	# A source comes before the images of its version do.
	for src in $(apt-cache $lists search --names-only '^linux-source-7\.[0-9]+$' | cut -d' ' -f1 | sort -rV); do
		version=$(apt-cache $lists policy "$src" | sed -n 's/^  Candidate: //p')
		image=$(apt-cache $lists search --names-only "^linux-image-${version%%-*}\+deb[0-9]+-amd64\$" |
			cut -d' ' -f1 | sort -V | tail -n 1)
		[ -z "$image" ] || break
	done
	[ "$image" ] || { echo 'error: no linux-source-7.x of the archive has an image of its version'; exit 1; }
	release=${image#linux-image-}
	echo "$release" >release
	all=$(apt-cache $lists depends --recurse --no-recommends --no-suggests --no-breaks --no-replaces \
		--no-conflicts --no-enhances "$image" "linux-headers-$release" |
		grep -E '^linux-(image|binary|modules|headers|base)-[0-9]' | grep -v -- -common)
	apt-get $lists download -q $all "$src"
	rm -rf .lists
	END
}

build_dist() {
	local dir=$1 release

	logged "$LAB_CACHE/log/fetch.log" "kernel packages: fetching" \
		unshare -m -p -f --kill-child bash "$LAB_TOOLS/lib/enter.sh" "$(lab_root)" \
		"$dir:/lab/item" -- sh -c "$(fetch_dist)"
	release=$(cat "$dir/release")
	case $release in
	7.3.*) say "kernel $release" ;;
	*) say "warning: the archive's newest kernel is $release; this tree is tested on 7.3" ;;
	esac
	# shellcheck disable=SC2016  # expanded in the root
	logged "$LAB_CACHE/log/unpack.log" "kernel packages: unpacking" \
		in_root "$dir:/lab/item" -- sh -ec '
			cd /lab/item
			mkdir stock src
			for deb in linux-source-*.deb; do dpkg-deb -x "$deb" .tmp; rm "$deb"; done
			tar -xf .tmp/usr/src/linux-source-*.tar.xz -C src --strip-components=1
			rm -rf .tmp
			for deb in *.deb; do dpkg-deb -x "$deb" stock; rm "$deb"; done'
}

# Print the folder with release, stock/ (the unpacked packages) and src/.
lab_dist() {
	cached dist "$(dist_key)" 4000 build_dist
}

flavours="stock uml debug kasan"

# LAB_FRAGMENT=NAME adds one of tools/fragments: another kernel, beside the usual one.
fragments() {
	case $1 in
	uml) echo uml uml-fast "${LAB_FRAGMENT-}" ;;
	debug) echo uml uml-offload uml-debug "${LAB_FRAGMENT-}" ;;
	kasan) echo uml uml-kasan "${LAB_FRAGMENT-}" ;;
	esac
}

kernel_make_vars() {
	case $1 in
	stock) echo CC=gcc-14 ;;
	uml | debug) echo ARCH=um CC=gcc-14 ;;
	kasan) echo ARCH=um LLVM=1 ;;
	*) die "no kernel called '$1': one of $flavours" ;;
	esac
}

kernel_key() {
	local name

	{
		dist_key
		cat "$LAB_TOOLS/lib/kernel-$([ "$1" = stock ] && echo stock || echo uml).sh"
		kernel_make_vars "$1"
		for name in $(fragments "$1"); do
			cat "$LAB_TOOLS/fragments/$name"
		done
	} | digest
}

build_kernel() {
	local dir=$1 flavour=$FLAVOUR dist jobs

	dist=$(lab_dist) || return 1
	jobs=$(nproc)
	if [ "$flavour" = stock ]; then
		set -- kernel-stock.sh
	else
		# shellcheck disable=SC2046
		set -- kernel-uml.sh $(fragments "$flavour")
	fi
	logged "$LAB_CACHE/log/kernel-$flavour.log" "kernel $flavour: building" \
		in_root "$dist/src:/lab/src:ro" "$dist/stock:/lab/stock:ro" \
		"$dir:/lab/kernel/$flavour" "$LAB_TOOLS:/lab/tools:ro" -- \
		env VARS="$(kernel_make_vars "$flavour")" JOBS="$jobs" RELEASE="$(cat "$dist/release")" \
		OUT="/lab/kernel/$flavour" bash "/lab/tools/lib/$1" "${@:2}"
}

# Print the build tree of a flavour, building it first if need be.
lab_kernel() {
	local key

	kernel_make_vars "$1" >/dev/null
	key=$(kernel_key "$1")
	FLAVOUR=$1 cached "kernel-$1" "$key" 3000 build_kernel
}
