#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Side by side under virtual time: what the bond sends and shows in each scenario is the C
# driver's, to the jiffy. The C driver against itself differs by roundings alone.
# usage: timing.sh [timing-PARTofPARTS | NAME...]
# guest debug: --no-leaks
# shellcheck source=tests/interop/lib.sh
. "$(dirname "$0")/lib.sh"

slack=0.011
[ "$BOND_DRIVER" != c ] || slack=0.002

# record FOLDER NAME...: run scenarios with the loaded driver.
record() {
	local folder=$1 name
	shift
	mkdir -p "$folder"
	for name; do
		python3 "$interop/scenarios.py" "$name" >"$folder/$name" 2>&1 || echo "999 failed" >>"$folder/$name"
	done
}

quiet
load_bonding max_bonds=0 || exit 1
mapfile -t names < <(python3 "$interop/scenarios.py")
case ${1-} in
timing-*of*)
	part=${1#timing-} some=()
	for ((i = ${part%of*} - 1; i < ${#names[@]}; i += ${part#*of})); do some+=("${names[i]}"); done
	names=("${some[@]}")
	;;
?*) names=("$@") ;;
esac
logs=/lab/out/transcripts
record $logs/tested "${names[@]}"
load_c_bonding max_bonds=0 || exit 1
record $logs/c "${names[@]}"
for name in "${names[@]}"; do
	if found=$(python3 "$interop/compare.py" $slack "$logs/c/$name" "$logs/tested/$name" 2>&1); then
		ok "$name: as the C driver"
		[ -z "$found" ] || sed 's/^/#   /' <<<"$found"
	else
		not_ok "$name: as the C driver" "$found"
	fi
done
finish
