# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Reading what tests print: TAP from guests, and cargo's lines.

# tap_cases STATUS LOG: "pass|fail|skip TAB text" a case. A script without TAP,
# like most of the kernel's own, is one case by its exit status (4: skipped, and a third field says
# why a case is). A script that names no failed case but fails all the same is one more failure, and so is one that
# plans no case.
tap_cases() {
	awk -v status="$1" '
	BEGIN { OFS = "\t" }
	function text(s) { sub(/^(not )?ok +[0-9]* *-? */, "", s); return s == "" ? "unnamed" : s }
	/^not ok / && !/# (TODO|SKIP)/ { print "fail", text($0); bad++; n++; next }
	/^ok / && /# SKIP/ {
		why = $0; sub(/.*# SKIP */, "", why); sub(/ *# SKIP.*/, "")
		print "skip", text($0), why; n++; next
	}
	/^ok / { print "pass", text($0); n++; next }
	/^1\.\.[0-9]+/ { split($0, p, /\.\./); plan = p[2] + 0; planned = 1 }
	END {
		if (status == 4 && !n) { print "skip", "whole script"; exit }
		if (status == 124) { print "fail", "timeout"; exit }
		if (status == 126) { print "fail", "kernel splat"; exit }
		if (status != 0 && !bad) { print "fail", "exit status " status; exit }
		if (planned && (n != plan || !n)) { print "fail", "planned " plan " cases, ran " n; exit }
		if (!n) print "pass", "exit status 0"
	}' "$2"
}

# tap_good STATUS LOG: nothing to look at in the log.
tap_good() {
	[ "$1" = 0 ] || [ "$1" = 4 ] || return 1
	! tap_cases "$1" "$2" | grep -q '^fail'
}

# cargo_cases STATUS LOG
cargo_cases() {
	awk -v status="$1" '
	BEGIN { OFS = "\t" }
	/^test .* \.\.\. ok/ { sub(/^test /, ""); sub(/ \.\.\. ok.*/, ""); print "pass", $0; n++ }
	/^test .* \.\.\. FAILED/ { sub(/^test /, ""); sub(/ \.\.\. FAILED.*/, ""); print "fail", $0; bad++; n++ }
	/^test .* \.\.\. ignored/ { sub(/^test /, ""); sub(/ \.\.\. ignored.*/, ""); print "skip", $0 }
	END { if (status != 0 && !bad) print "fail", "cargo test, exit status " status
	      else if (!n) print "fail", "cargo ran no test" }' "$2"
}
