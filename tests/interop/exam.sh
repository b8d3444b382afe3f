# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# The exam that every partner takes. Who sources this has defined:
#   connect            make cables m0 and m1 to the partner, and run "flows.py answer" there
#   partner_start RATE ACTIVITY   fast|slow, active|passive; the partner has 192.0.2.2
#   partner_stop       as a machine that loses power: without a word if it can
#   partner_uses       the numbers of the cables it sends data on
#   peer COMMAND...    run a command at the partner
#   cut N, plug N      both ends of cable N lose their link, and have it back
#   mute N, unmute N   cable N carries nothing, and neither end knows
#   disconnect         remove all of it
#   partner_show       print what the partner knows of its ports
#   by_load            not empty if the partner moves flows only as load demands

# shellcheck source=tests/interop/lib.sh
. "$interop/lib.sh"

# The numbers of the cables that the bond sends data on.
bond_uses() {
	local i used=()
	for i in 0 1; do
		(($(port "m$i" ad_actor_oper_port_state) & 32)) && [ "$(port "m$i" mii_status)" = UP ] && used+=("$i")
	done
	echo "${used[*]}"
}

# both_use "CABLES" SECONDS: both ends come to use these cables and no other.
both_use() {
	local end=$((SECONDS + $2))
	until [ "$(bond_uses)|$(partner_uses)" = "$1|$1" ]; do
		if [ $SECONDS -ge $end ]; then
			echo "the bond uses '$(bond_uses)', the partner '$(partner_uses)', wanted '$1'"
			return 1
		fi
		sleep "$poll"
	done
}

# flows "CABLES": 32 flows to the partner and back are all answered, and each
# direction uses each of these cables.
flows() {
	local i before=() answered said
	# A partner that restarted may have another address.
	ip neigh flush dev bond0
	for i in 0 1; do before+=("$(count "m$i" tx_packets)" "$(count "m$i" rx_packets)"); done
	answered=$(python3 "$interop/flows.py" ask 192.0.2.2 32)
	[ "$answered" = 32 ] || { echo "answered: $answered of 32"; return 1; }
	for i in $1; do
		# A few of these frames may be LACPDUs.
		if [ $(($(count "m$i" tx_packets) - before[2 * i])) -lt 5 ]; then said+=" m$i sent nothing"; fi
		if [ ! "${by_load-}" ] && [ $(($(count "m$i" rx_packets) - before[2 * i + 1])) -lt 5 ]; then said+=" m$i received nothing"; fi
	done
	[ -z "${said-}" ] || { echo "all answered, but$said"; return 1; }
}

# step NAME COMMAND...: a case, with what both ends show if it fails. What comes
# after a failure would only wait in vain.
step() {
	local name="$1" out
	shift
	[ ! "$broken" ] || return
	if out=$("$@" 2>&1); then
		ok "$name"
	else
		broken=1
		not_ok "$name" "$out
$(grep -E '^Slave I|Aggregator ID|port state|MII|Number|mac address' /proc/net/bonding/bond0)
$(partner_show 2>&1 | grep -vE '[{}]|ifinfo|dev_addr|delay_|duplex')"
	fi
}

# exam RATE WHO: one bond and one partner of that LACP rate; WHO is active: both, bond, partner.
exam() {
	local rate=$1 who=$2 name="$partner: $1, active: $2" active=on activity=active broken='' pcap pid loss poll frames
	[ "$who" != partner ] || active=off
	[ "$who" != bond ] || activity=passive
	# How long an end needs to notice silence, and to say so.
	loss=8 poll=0.5
	[ "$rate" = fast ] || loss=130 poll=2
	pcap=/tmp/$rate-$who

	connect
	partner_start "$rate" "$activity" || { not_ok "$name: the partner starts"; disconnect; return; }
	ip link add bond0 type bond mode 802.3ad miimon 100 lacp_rate "$rate" lacp_active $active \
		xmit_hash_policy layer3+4
	for i in 0 1; do
		ip link set "m$i" down
		ip link set "m$i" master bond0
	done
	ip addr add 192.0.2.1/24 dev bond0
	tcpdump -i m0 -U -s 0 -w "$pcap.m0" ether proto 0x8809 2>/dev/null &
	pid=$!
	tcpdump -i m1 -U -s 0 -w "$pcap.m1" ether proto 0x8809 2>/dev/null &
	pid+=" $!"
	sleep 0.5
	ip link set bond0 up

	step "$name: both links are used" both_use "0 1" 60
	step "$name: flows spread over both, both ways" flows "0 1"
	cut 0
	step "$name: after a link loss one is left" both_use "1" 5
	step "$name: it carries all flows" flows "1"
	plug 0
	step "$name: the link is taken back" both_use "0 1" 60
	if [ "$rate" = fast ] || [ ! "${realtime-}" ]; then
		mute 1
		# Slow timeouts are 60 to 90 s away: where time is virtual, to wait costs less than to look.
		[ "$rate" = fast ] || sleep 55
		step "$name: silence is noticed" both_use "0" $loss
		step "$name: the other link carries all flows" flows "0"
		unmute 1
		step "$name: the silent link is taken back" both_use "0 1" 60
	fi
	partner_stop
	sleep 2
	partner_start "$rate" "$activity"
	step "$name: after a restart of the partner both links are used" both_use "0 1" $((loss + 60))
	step "$name: and carry all flows" flows "0 1"
	ip link set bond0 down
	ip link set bond0 up
	step "$name: after down and up of the bond both links are used" both_use "0 1" 60
	# shellcheck disable=SC2086
	kill -INT $pid && wait $pid
	frames=$(read_frames "$pcap.m0" "$pcap.m1")
	step "$name: tshark finds nothing wrong with any PDU" dissect "$frames"
	step "$name: each end says so in every PDU" settings "$rate" "$who" "$frames"
	ip link del bond0
	partner_stop
	disconnect
}

# read_frames PCAP...: what dissect and settings look at, a frame a line. tshark takes seconds to
# start, so it does so once.
read_frames() {
	mergecap -I none -w /tmp/frames "$@" &&
		tshark -r /tmp/frames -T fields -e frame.interface_id -e lacp.version -e _ws.expert -e _ws.malformed \
			-e eth.src -e lacp.actor.state.activity -e lacp.actor.state.timeout 2>/dev/null
}

# dissect FRAMES: no malformed frame, no expert information, each an LACPDU with sane fields.
dissect() {
	local cable bad=0 n
	for cable in 0 1; do
		n=$(grep -c "^$cable	" <<<"$1")
		[ "$n" -ge 10 ] || { echo "cable $cable: only $n PDUs"; bad=1; }
	done
	if awk -F'\t' '$2 != "0x01" || $3 != "" || $4 != ""' <<<"$1" | head -n 5 | grep .; then
		echo "the PDUs above are not right"
		bad=1
	fi
	return $bad
}

# settings RATE WHO FRAMES: rate and activity of either end are what they are to be in all its PDUs
# on either cable.
settings() {
	local rate=$1 who=$2 cable said bad=0
	for cable in 0 1; do
		# Members have addresses of their own, whatever the partner's ports have.
		said=$(awk -F'\t' -v cable=$cable '$1 == cable {
				print $5 ~ /^02:00:00:00:01:/ ? "bond" : "partner", $6, $7
			}' <<<"$3" | sort | uniq -c)
		if [ "$(awk '{ print $2, $3, $4 }' <<<"$said")" != "$(wanted_settings "$rate" "$who")" ]; then
			echo "cable $cable: end, active, short timeout: $said"
			bad=1
		fi
	done
	return $bad
}

wanted_settings() {
	local end active timeout=True
	[ "$1" = fast ] || timeout=False
	for end in bond partner; do
		active=True
		[ "$2" = both ] || [ "$2" = $end ] || active=False
		echo "$end $active $timeout"
	done
}

# examine [RATE WHO]: each rate, and who speaks first; or one of these.
examine() {
	local rate who
	quiet
	load_bonding max_bonds=0 || exit 1
	for rate in ${1:-fast slow}; do
		for who in ${2:-both bond partner}; do
			exam "$rate" "$who"
		done
	done
	finish
}
