#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Flavour: uml
# Which member a frame leaves by in balance-xor: both drivers, frame by frame, with every policy
# and as members come and go.
# shellcheck source=tests/selftests/lib.sh
. "$LAB_CHECKOUT/tests/selftests/lib.sh"

policies="layer2 layer2+3 layer3+4 encap2+3 encap3+4 vlan+srcmac"

# map LABEL: every frame with every policy.
map() {
	local policy
	for policy in $policies; do
		ip link set bond0 type bond xmit_hash_policy "$policy"
		python3 "$LAB_CHECKOUT/tests/sidebyside/hash_map.py" "$1/$policy" bond0 vlan0 d0 d1 d2 ||
			echo "$1/$policy: hash_map.py failed"
	done
}

# dissector attach|detach: a program instead of the kernel's flow dissector.
dissector() { python3 "$LAB_CHECKOUT/tests/sidebyside/dissector.py" "$1" || echo "dissector.py failed"; }

status_is() { grep -A1 "^Slave Interface: $1\$" /proc/net/bonding/bond0 | grep -q "MII Status: $2\$"; }

# run DRIVER: what it does with all frames, into /tmp/DRIVER.
run() {
	local i
	"load_$1_bonding" max_bonds=0 || return 1
	ip link add bond0 address 02:00:00:00:00:01 type bond mode balance-xor miimon 20
	for i in 0 1 2; do
		ip link add "d$i" address "02:00:00:00:01:0$i" type dummy
		ip link set "d$i" mtu 9000
		ip link set "d$i" master bond0
	done
	ip link set bond0 mtu 9000 up
	ip link add link bond0 name vlan0 type vlan id 100 egress-qos-map 3:5
	ip link set vlan0 up
	{
		map three
		ip link set d1 carrier off
		eventually status_is d1 down || echo "d1 does not go down"
		map two
		ip link set d1 carrier on
		eventually status_is d1 up || echo "d1 does not come up"
		map three-again
		ip link set d0 nomaster
		ip link set d0 up
		map released
		ip link set d0 down
		ip link set d0 master bond0
		map enslaved
		dissector attach
		map program
		dissector detach
		for i in 0 1 2; do ip link set "d$i" carrier off; done
		for i in 0 1 2; do eventually status_is "d$i" down || echo "d$i does not go down"; done
		map none
	} >"/tmp/$1"
	count bond0 tx_dropped >>"/tmp/$1"
	for i in vlan0 bond0 d0 d1 d2; do ip link del "$i"; done
}

# The frames but those with priority bits, whose member differs by design (vlan+srcmac uses the VLAN
# ID alone).
comparable() { grep -v ' priority:' "/tmp/$1"; }

# priorities DRIVER: whether priority bits leave each frame where it is without them.
priorities() {
	local same
	same=$(diff <(grep ' tagged:' "/tmp/$1" | sed 's/ tagged:/ /') \
		<(grep ' priority:' "/tmp/$1" | sed 's/ priority:/ /') | grep -c '^>')
	echo "$same frames moved"
}

sysctl -qw net.ipv6.conf.default.disable_ipv6=1
run c || not_ok "the C driver runs"
run rust || not_ok "the Rust driver runs"
unload_bonding

cat /tmp/c /tmp/rust | grep -E 'failed$|does not' | sed 's/^/# /'
is "every run is complete" "$(grep -cE 'failed$|does not' /tmp/c /tmp/rust | paste -sd' ')" "/tmp/c:0 /tmp/rust:0"
holds "the well-formed ones are 600 of 12 kinds at least" \
	test "$(grep -c '^three/layer2 [a-z0-9-]*\.[0-9]* ' /tmp/c)" -gt 600
is "each well-formed frame leaves by one member" \
	"$(grep -E '^(three|two)[a-z-]*/[^ ]* [a-z0-9-]*[.][0-9]* ' /tmp/rust | grep -vE ' (short|truncated|garbage|tag-stack|extensions|ihl-lies)[.]' | grep -cv ' d[012] $')" 0
for state in three two three-again released enslaved program none; do
	for policy in $policies; do
		is "$state, $policy: each frame by the same member" \
			"$(diff <(comparable c | grep -F "$state/$policy ") <(comparable rust | grep -F "$state/$policy ") | head -6)" ""
	done
done
is "nothing else differs" "$(diff <(comparable c) <(comparable rust) | head -4)" ""
is "a program that finds nothing leaves one way" "$(grep '^program/encap3+4 udp4\.' /tmp/rust | cut -d' ' -f3 | sort -u)" d1
is "a layer 2 hash spreads" "$(grep '^three/layer2 ' /tmp/rust | cut -d' ' -f3 | sort -u | paste -sd' ')" "d0 d1 d2 none"
is "priority bits do not move flows" "$(priorities rust)" "0 frames moved"
holds "they do with the C driver: $(priorities c)" test "$(priorities c)" != "0 frames moved"
finish
