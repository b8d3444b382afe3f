# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# The same script with the C driver and then ours, in one boot.

# shellcheck source=tools/guest/lib.sh
. /lab/tools/guest/lib.sh
here=$(dirname "${BASH_SOURCE[0]}")
# The log goes to the tests, not to a slow console.
dmesg -n 1

# side_by_side AREA [MODE,... [ARG...]]
side_by_side() {
	# Not yet tlb and alb.
	local area=$1 modes=${2:-0,1,2,3,4} driver

	mkdir -p /lab/out/transcripts
	echo "# modes $modes"
	for driver in c rust; do
		"load_${driver}_bonding" max_bonds=0 || exit 1
		python3 "$here/$area.py" "/lab/out/transcripts/$driver.json" "$modes" "$driver" "${@:3}" || exit 1
	done
	unload_bonding || exit 1
	python3 "$here/compare.py" "$area" /lab/out/transcripts/c.json /lab/out/transcripts/rust.json
}
