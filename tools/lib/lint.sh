# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Checks of the sources; a part of tools/tests, which defines result and lab.

# expect_silence NAME COMMAND...: a case that passes if the command is happy.
expect_silence() {
	local name=$1 log

	shift
	log=$(mktemp)
	if "$@" >"$log" 2>&1 </dev/null; then
		result pass "lint: $name"
	else
		result fail "lint: $name"
		head -n 30 "$log" | sed 's/^/#   /'
	fi
	rm -f "$log"
}

tracked() {
	git -C "$LAB_CHECKOUT" -c safe.directory="$LAB_CHECKOUT" ls-files "$@"
}

lint_rustfmt() {
	"$lab" exec rustfmt --check --edition 2021 --config-path /lab/src/.rustfmt.toml src/bond_main.rs
}

lint_clippy() {
	local log

	# A build that does nothing warns of nothing.
	touch "$LAB_CHECKOUT/src/bond_main.rs"
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
	[ ${#files[@]} -gt 0 ] || return 0
	# The list of offsets is an X-macro and the constants are declarations, not expressions.
	"$lab" exec /lab/src/scripts/checkpatch.pl --ignore COMPLEX_MACRO,TRAILING_SEMICOLON --no-tree --terse --no-summary -f "${files[@]}"
}

lint_unsafe() {
	! grep -rnE '\bunsafe\b' "$LAB_CHECKOUT/src" --include='*.rs' |
		grep -v "^$LAB_CHECKOUT/src/net/" | grep -vE ':[0-9]+:\s*//|unsafe_(code|op_in_unsafe_fn)|undocumented_unsafe'
}

lint_length() {
	! (cd "$LAB_CHECKOUT" && tracked '*.rs' '*.sh' '*.c' '*.h' '*.py' 'tools/*' | xargs -r wc -l) |
		awk '$2 != "total" && $1 > 500 { print $2 " has " $1 " lines, over 500"; bad = 1 } END { exit !bad }'
}

lint_spdx() {
	! (cd "$LAB_CHECKOUT" && tracked '*.rs' '*.sh' '*.c' '*.h' '*.py' 'tools/lab' 'tools/pair' 'tools/tests' Kbuild Makefile |
		xargs -r grep -L 'SPDX-License-Identifier: GPL-2.0') | grep .
}

lint_panics() {
	local ko

	ko=$("$lab" build stock 2>/dev/null) || { echo "the module does not build"; return 1; }
	! "$lab" exec nm -u "$ko" | grep core9panicking
}

lint() {
	expect_silence "shellcheck of every script" lint_shellcheck
	expect_silence "no file over 500 lines" lint_length
	expect_silence "SPDX headers" lint_spdx
	expect_silence "checkpatch of C files" lint_checkpatch
	if [ ! -e "$LAB_CHECKOUT/src/bond_main.rs" ] || [ ! -e "$LAB_CHECKOUT/Kbuild" ]; then
		result skip "lint: Rust sources" "no crate root yet"
		return
	fi
	expect_silence "rustfmt" lint_rustfmt
	expect_silence "unsafe only in src/net" lint_unsafe
	expect_silence "clippy without warnings" lint_clippy
	expect_silence "no panic path in bonding.ko" lint_panics
}
