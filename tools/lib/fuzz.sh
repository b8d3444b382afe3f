# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# The fuzz targets of tests/fuzz; a part of tools/tests, which defines job and result, and of tools/fuzz,
# which runs in the lab's root.

fuzz_crate=$LAB_CHECKOUT/tests/fuzz
fuzz_cache=$(crates_dir fuzz)
fuzz_targets=(packet_hash lacpdu lacp_events options)

# What cargo-fuzz passes without a sanitizer: all of it options of a stable compiler. The engines have no
# unsafe code, so that AddressSanitizer, which needs a nightly one, would find no more than panics do.
# cargo-fuzz itself is not used, since to compile it takes longer than all that is to be fuzzed.
fuzz_flags="--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4
	-Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table
	-Cllvm-args=-sanitizer-coverage-trace-compares"

# libFuzzer learns from what is compared, addresses included: only where these stay the same, runs do.
fuzz_prefix=(env -i setarch -R)
"${fuzz_prefix[@]}" true 2>/dev/null || fuzz_prefix=(env -i)

# Runs of a target in tools/tests: some seconds.
fuzz_runs() {
	case $1 in
	lacp_events) echo 25000 ;;
	options) echo 400000 ;;
	lacpdu) echo 400000 ;;
	packet_hash) echo 2000000 ;;
	esac
}

# Longest input: longer ones are slower and say the same.
fuzz_length() {
	case $1 in
	lacpdu) echo 110 ;;
	*) echo 256 ;;
	esac
}

fuzz_host() {
	rustc -vV | sed -n 's/^host: //p'
}

# fuzz_bin TARGET: print where it is.
fuzz_bin() {
	printf '%s/target/%s/release/%s\n' "$fuzz_cache" "$(fuzz_host)" "$1"
}

# fuzz_build: compile the targets.
fuzz_build() {
	forget_older "$fuzz_cache" "$LAB_CHECKOUT"
	# With --target the flags are not for what runs while compiling.
	(cd "$fuzz_crate" && RUSTFLAGS=${fuzz_flags//[$'\n\t']/ } CARGO_TARGET_DIR=$fuzz_cache/target \
		cargo build --release --locked --quiet --target "$(fuzz_host)") </dev/null
}

# fuzz_artifacts TARGET: where inputs that fail are kept.
fuzz_artifacts() {
	mkdir -p "$fuzz_cache/artifacts/$1"
	printf '%s/\n' "$fuzz_cache/artifacts/$1"
}

# fuzz_seeds TARGET FOLDER: the seeds, which are kept in hexadecimal, as files.
fuzz_seeds() {
	local name hex

	while IFS=: read -r name hex; do
		[ -n "$hex" ] || continue
		hex=${hex//[!0-9a-f]/}
		printf %b "$(sed 's/../\\x&/g' <<<"$hex")" >"$2/$name"
	done < <(grep -v '^#' "$fuzz_crate/seeds/$1")
}

# fuzz_target TARGET [OPTION...] [CORPUS]: run it on the seeds and what the folder CORPUS has.
fuzz_target() {
	local target=$1 folder seeds status=0

	shift
	folder=$(mktemp -d)
	fuzz_seeds "$target" "$folder"
	seeds=$(printf '%s,' "$folder"/*)
	"${fuzz_prefix[@]}" "$(fuzz_bin "$target")" -artifact_prefix="$(fuzz_artifacts "$target")" \
		-max_len="$(fuzz_length "$target")" -timeout=10 -seed_inputs="${seeds%,}" "$@" || status=$?
	rm -rf "$folder"
	return $status
}

# fuzz_show TARGET FILE: what the target makes of an input.
fuzz_show() {
	local text

	text=$(mktemp)
	RUST_LIBFUZZER_DEBUG_PATH=$text "$(fuzz_bin "$1")" "$2" >/dev/null 2>&1
	cat "$text"
	rm -f "$text"
}

# fuzz_explain TARGET LOG: the panic, the input that caused it, and how to see it again.
fuzz_explain() {
	local input

	sed -n '/panicked at/,/^note: run\|^==/p' "$2" | grep -v '^note: run\|^==' | head -n 10
	input=$(sed -n 's/.*Test unit written to //p' "$2" | head -n 1)
	if [ ! -e "$input" ]; then
		tail -n 20 "$2"
		return
	fi
	echo "input, in hexadecimal: $(od -An -v -tx1 "$input" | tr -d ' \n')"
	"$lab" crates tools/fuzz --show "$1" "$input" | tr -s ' \n' ' ' | cut -c1-2000
	echo "again: tools/fuzz $1 $input"
}

read_fuzz() {
	local target=${1##* } edges

	edges=$(sed -n 's/^#[0-9]*\tDONE *cov: \([0-9]*\).*/\1/p' "$3")
	# A target that is not instrumented would be content with anything.
	if [ "$2" = 0 ] && [ "${edges:-0}" -ge 100 ]; then
		result pass "$1: $(fuzz_runs "$target") runs, $edges edges"
		return
	fi
	result fail "$1: ${edges:-no} edges"
	[ "$2" = 0 ] || fuzz_explain "$target" "$3" | sed 's/^/#   /'
}

step_fuzz() {
	local target

	job "fuzz: the targets build" 150 "" read_check "$lab" crates tools/fuzz --build
	for target in "${fuzz_targets[@]}"; do
		job "fuzz: $target" 100 "fuzz: the targets build" read_fuzz "$lab" crates tools/fuzz --case "$target"
	done
}
