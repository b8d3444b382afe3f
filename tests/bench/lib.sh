# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# For the measurements of this folder. They run in a guest and print one JSON object a line.

# shellcheck source=tools/guest/lib.sh
. /lab/tools/guest/lib.sh

# record WHAT DRIVER "KEY:VALUE,..." VALUE UNIT: one measured figure. Keys and values are words
# or numbers, which must be quoted as JSON wants it.
record() {
	printf '{"what":"%s","bed":"%s","driver":"%s",%s"value":%s,"unit":"%s"}\n' \
		"$1" "$LAB_FLAVOUR" "$2" "${3:+$3,}" "$4" "$5"
}

# load c|rust
load() {
	if ! "load_$1_bonding" max_bonds=0 2>&1; then
		echo "# no $1 driver"
		return 1
	fi
}

# modes: what both drivers may know, as NAME=OPTIONS for ip(8).
modes() {
	cat <<-'END'
		balance-rr=mode balance-rr
		active-backup=mode active-backup
		balance-xor/layer2=mode balance-xor xmit_hash_policy layer2
		balance-xor/layer2+3=mode balance-xor xmit_hash_policy layer2+3
		balance-xor/layer3+4=mode balance-xor xmit_hash_policy layer3+4
		balance-xor/encap3+4=mode balance-xor xmit_hash_policy encap3+4
		balance-xor/vlan+srcmac=mode balance-xor xmit_hash_policy vlan+srcmac
		broadcast=mode broadcast
		802.3ad/layer2=mode 802.3ad xmit_hash_policy layer2
		802.3ad/layer3+4=mode 802.3ad xmit_hash_policy layer3+4
		balance-tlb=mode balance-tlb
		balance-alb=mode balance-alb
	END
}

# dummies N: d0 .. dN-1
dummies() {
	local i

	modprobe -q dummy numdummies=0
	for ((i = 0; i < $1; i++)); do echo "link add d$i type dummy"; done | ip -batch -
}

# bond NAME N OPTION...: of the next N dummies from d$first on, up; fails if the driver refuses.
bond() {
	local name=$1 n=$2 i

	shift 2
	ip link add "$name" type bond miimon 100 "$@" 2>/dev/null || return 1
	for ((i = ${first:-0}; i < ${first:-0} + n; i++)); do
		ip link set "d$i" down && ip link set "d$i" master "$name" || return 1
	done
	ip link set "$name" up
	# Aggregation takes a moment, in which nothing may be sent.
	case "$*" in *802.3ad*) sleep 3 ;; esac
}

# pktgen COMMAND FILE: one line for a file of /proc/net/pktgen.
pktgen() { echo "$1" >"/proc/net/pktgen/$2"; }

# aim CPU DEVICE COUNT [COMMAND...]: what that CPU's thread is to send: UDP frames of 60 bytes.
aim() {
	local file=$2@$1 command

	pktgen rem_device_all "kpktgend_$1"
	pktgen "add_device $file" "kpktgend_$1"
	for command in "count $3" "pkt_size 60" "delay 0" "dst 192.0.2.2" "dst_mac 02:00:00:00:02:00" "${@:4}"; do
		pktgen "$command" "$file"
	done
}

# sent CPU DEVICE: what the run gave, as PACKETS MICROSECONDS ERRORS.
sent() {
	sed -n 's/.*OK: \([0-9]*\)(c.*).*/us \1/p; s/.*pkts-sofar: *\([0-9]*\) *errors: *\([0-9]*\).*/n \1 \2/p' \
		"/proc/net/pktgen/$2@$1" | awk '/^us/ { us = $2 } /^n/ { n = $2; e = $3 } END { print n, us, e }'
}
