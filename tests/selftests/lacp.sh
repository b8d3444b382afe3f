# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# For tests of 802.3ad. A place is "here" or a namespace; its bond is called bond0. Cable N ends
# here in mN, and at the other place in pN.

# shellcheck source=tests/selftests/lib.sh
. "$LAB_CHECKOUT/tests/selftests/lib.sh"
export PYTHONDONTWRITEBYTECODE=1

# at PLACE IP-ARGUMENT...
at() {
	local place=$1
	shift
	if [ "$place" = here ]; then ip "$@"; else ip -n "$place" "$@"; fi
}

# places NAMESPACE...: new ones, without frames but those that the tests send.
places() {
	local place
	sysctl -qw net.ipv6.conf.default.disable_ipv6=1
	for place; do
		ip netns add "$place"
		ip netns exec "$place" sysctl -qw net.ipv6.conf.default.disable_ipv6=1
	done
}

# A bond that loses its last member has another address afterwards.
declare -A address_of=([here]=02:00:00:00:0b:00 [peer]=02:00:00:00:0b:01 [third]=02:00:00:00:0b:02 [fourth]=02:00:00:00:0b:03)

# lacp_bond PLACE "MEMBERS" OPTION...: a bond that is up.
lacp_bond() {
	local member place=$1 members=$2
	shift 2
	at "$place" link add bond0 address "${address_of[$place]}" type bond mode 802.3ad miimon 20 lacp_rate fast xmit_hash_policy layer3+4 "$@"
	for member in $members; do
		at "$place" link set "$member" down
		at "$place" link set "$member" master bond0
	done
	at "$place" link set bond0 up
}

# names PREFIX "NUMBERS" SEPARATOR
names() { [ -z "$2" ] || printf "$1%s\n" $2 | paste -sd"$3"; }

# works NAME PLACE "CABLES" KEYS [APART [APART-THERE [SILENT]]]: the bonds here and there come to use
# these cables between them, both ways, and no flow is lost; lacp_works.py tells the rest.
works() {
	local name=$1 verdict what number=0
	while read -r verdict what; do
		number=$((number + 1))
		case $verdict in
		ok) ok "$name: $what" ;;
		skip) skip "$name: ${what%%|*}" "${what#*|}" ;;
		*) not_ok "$name: ${what%%|*}" "${what#*|}" ;;
		esac
	done < <(python3 "$LAB_CHECKOUT/tests/selftests/lacp_works.py" "$2" "$3" "$4" "${5-}" "${6-}" "${7-}")
	[ $number -ge 4 ] || not_ok "$name: all was looked at"
}
