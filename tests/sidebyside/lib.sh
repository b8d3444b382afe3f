# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# The same script with the C driver and then ours, in one boot.

# shellcheck source=tools/guest/lib.sh
. /lab/tools/guest/lib.sh
here=$(dirname "${BASH_SOURCE[0]}")
# The log goes to the tests, not to a slow console.
dmesg -n 1

# side_by_side AREA [MODE,...]
side_by_side() {
	local area=$1 driver modes

	load_rust_bonding max_bonds=0 || exit 1
	modes=${2:-$(python3 "$here/modes.py")} || exit 1
	mkdir -p /lab/out/transcripts
	echo "# modes $modes"
	for driver in c rust; do
		"load_${driver}_bonding" max_bonds=0 || exit 1
		python3 "$here/$area.py" "/lab/out/transcripts/$driver.json" "$modes" "$driver" || exit 1
	done
	unload_bonding || exit 1
	python3 "$here/compare.py" "$area" /lab/out/transcripts/c.json /lab/out/transcripts/rust.json
}
