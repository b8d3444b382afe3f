# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Checks of the sources; a part of tools/tests, which defines job, result and lab.

# check NAME NEEDS FUNCTION: a job that passes if the function is happy.
check() {
	job "lint: $1" 100 "$2" read_check "$3"
}

# slow_check NAME FUNCTION: the same, remembered.
slow_check() {
	job "lint: $1" 100 "build stock" read_check remembered tree_facts "$2"
}

# What decides over a check of the sources: the root, the stock kernel, and all files but those that
# git ignores.
tree_facts() {
	"$lab" key stock
	(cd "$LAB_CHECKOUT" && tracked -z --cached --others --exclude-standard | xargs -0 sha256sum)
}

read_check() {
	if [ "$2" = 0 ]; then
		result pass "$1"
		! grep -qx '# remembered' "$3" || known=$((known + 1))
	else
		result fail "$1"
		head -n 30 "$3" | sed 's/^/#   /'
	fi
}

tracked() {
	git -C "$LAB_CHECKOUT" -c safe.directory="$LAB_CHECKOUT" ls-files "$@"
}

lint_rustfmt() {
	"$lab" exec make -s KDIR=/lab/kernel/stock rustfmt-check
}

lint_clippy() {
	local log

	# A build that does nothing warns of nothing.
	rm -f "$(LAB_VARIANT=-clippy mod_dir stock)/src/bond_main.o"
	log=$(LAB_VARIANT=-clippy "$lab" build stock CLIPPY=1 2>&1 >/dev/null) || { echo "$log"; return 1; }
	grep -E '^(warning|error)' <<<"$log" || return 0
	echo "$log"
	return 1
}

shell_scripts() {
	tracked | while read -r file; do
		case $file in
		*.sh) echo "$file" ;;
		*) head -n 1 "$LAB_CHECKOUT/$file" 2>/dev/null | grep -aqE '^#!.*[/ ](ba)?sh' && echo "$file" ;;
		esac
	done
}

lint_shellcheck() {
	local files

	mapfile -t files < <(shell_scripts)
	"$lab" exec shellcheck -x -S warning "${files[@]}"
}

lint_checkpatch() {
	local files

	mapfile -t files < <(tracked '*.c' '*.h')
	# The list of offsets is an X-macro and the constants are declarations, not expressions.
	"$lab" exec /lab/src/scripts/checkpatch.pl --ignore COMPLEX_MACRO,TRAILING_SEMICOLON --no-tree --terse --no-summary -f "${files[@]}"
}

lint_unsafe() {
	! grep -rnE '\bunsafe\b' "$LAB_CHECKOUT/src" --include='*.rs' |
		grep -v "^$LAB_CHECKOUT/src/net/" | grep -vE ':[0-9]+:\s*//|unsafe_(code|op_in_unsafe_fn)|undocumented_unsafe'
}

# A file that is missing makes these fail, too.
lint_length() {
	(cd "$LAB_CHECKOUT" && tracked '*.rs' '*.sh' '*.c' '*.h' '*.py' 'tools/*' | xargs -r wc -l) |
		awk '$2 != "total" && $1 > 500 { print $2 " has " $1 " lines, over 500"; bad = 1 } END { exit bad }'
}

lint_spdx() {
	(cd "$LAB_CHECKOUT" && tracked '*.rs' '*.sh' '*.c' '*.h' '*.py' '*.rst' 'tools/*' .ci/run Kbuild Kconfig Makefile dkms.conf |
		xargs -r awk 'FNR == 1 { seen = 0; files++ } /SPDX-License-Identifier: GPL-2.0/ && !seen { seen = 1; good++ }
			END { if (files != good) { print files - good " files have none"; exit 1 } }')
}

# Scripts that cannot be run are not found by the steps of tools/tests.
lint_executable() {
	local file bad=0

	while read -r file; do
		[ -x "$LAB_CHECKOUT/$file" ] || ! grep -q '^#!' <(head -n 1 "$LAB_CHECKOUT/$file") || { echo "$file" && bad=1; }
	done < <(shell_scripts)
	return $bad
}

lint_panics() {
	local ko symbols

	ko=$("$lab" build stock 2>/dev/null) || { echo "the module does not build"; return 1; }
	symbols=$("$lab" exec nm -u "$ko") && grep -q printk <<<"$symbols" || { echo "no symbols"; return 1; }
	! grep core9panicking <<<"$symbols"
}

# What else the README tells developers to type, with the stock kernel's tree.
lint_makefile() {
	local said

	# shellcheck disable=SC2016 # expanded in the root
	said=$("$lab" exec sh -ec '
		set -- make KDIR=/lab/kernel/stock CC=gcc-14 MO=/tmp/mo
		mkdir /tmp/mo
		"$@" rustdoc
		"$@" modules_install INSTALL_MOD_PATH=/tmp/root
		test -e /tmp/mo/rustdoc/bonding/index.html
		ls /tmp/root/lib/modules/*/updates/bonding.ko*
		"$@" clean
		! test -e /tmp/mo/bonding.ko' 2>&1) || { echo "$said"; return 1; }
	! grep -A5 '^warning' <<<"$said"
}

step_lint() {
	need_tools git:git
	[ "$(tracked)" ] || die "no files that git knows: the checks of sources need a clone"
	built stock
	check "no file over 500 lines" "" lint_length
	check "SPDX headers" "" lint_spdx
	check "scripts can be run" "" lint_executable
	check "checkpatch of C files" "" lint_checkpatch
	check "rustfmt" "kernel stock" lint_rustfmt
	check "unsafe only in src/net" "" lint_unsafe
	check "no panic path in bonding.ko" "build stock" lint_panics
	slow_check "clippy without warnings" lint_clippy
	slow_check "the targets of the Makefile" lint_makefile
	slow_check "shellcheck of every script" lint_shellcheck
}
