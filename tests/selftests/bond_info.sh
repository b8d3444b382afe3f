#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# not on: uml debug kasan
# What drivers of members are told of their bond (NETDEV_BONDING_INFO). User space does not see
# it, so this needs a kernel with kprobes: the stock one.
# shellcheck source=tests/selftests/lib.sh
. "$LAB_CHECKOUT/tests/selftests/lib.sh"
tracing=/sys/kernel/tracing
if [ ! -e $tracing/kprobe_events ] || [ "$(uname -m)" != x86_64 ]; then
	echo "no kprobes here"
	exit 4
fi
load_bonding max_bonds=0 || exit 1

# The second argument is struct ifslave (28 bytes), followed by struct ifbond.
echo 'p:info netdev_bonding_info_change name=+4(%si):string id=+0(%si):s32 link=+20(%si):s8 state=+21(%si):s8 failures=+24(%si):u32 mode=+28(%si):s32 members=+32(%si):s32 miimon=+36(%si):s32' \
	>$tracing/kprobe_events
echo 1 >$tracing/events/kprobes/info/enable

# told DEV: the last report about it.
told() {
	sed -n "s/.*info: .* name=\"$1\" //p" $tracing/trace | tail -n 1 |
		if [ "$BOND_DRIVER" = c ]; then sed 's/id=[-0-9]*/id=?/'; else cat; fi
}
# What the C driver says of the place of a member is left over from something else.
id() { if [ "$BOND_DRIVER" = c ]; then echo "id=?"; else echo "id=$1"; fi; }
last_is() { [ "$(told "$1")" = "$2" ]; }
says() {
	if eventually last_is "$2" "$3"; then ok "$1"; else not_ok "$1" "got '$(told "$2")', wanted '$3'"; fi
}
reports() { grep -c "name=\"$1\"" $tracing/trace; }

cables 2
bond 1 mode active-backup miimon 50
says "the active member" m0 "$(id 0) link=0 state=0 failures=0 mode=1 members=1 miimon=50"
ip link set m1 master bond0
says "the backup member" m1 "$(id 1) link=0 state=1 failures=0 mode=1 members=2 miimon=50"
ip -n peer link set p0 down
says "the link is lost" m0 "$(id 0) link=2 state=1 failures=1 mode=1 members=2 miimon=50"
says "the other takes over" m1 "$(id 1) link=0 state=0 failures=0 mode=1 members=2 miimon=50"
ip -n peer link set p0 up
says "the link is back" m0 "$(id 0) link=0 state=1 failures=1 mode=1 members=2 miimon=50"

# A member that leaves is forgotten, even if there was something to tell.
sleep 0.2
before=$(reports m1)
ip link set m1 nomaster
ip link set bond0 type bond all_slaves_active 1
sleep 0.2
is "nothing about a member that left" "$(reports m1)" "$before"
says "the last member" m0 "$(id 0) link=0 state=0 failures=1 mode=1 members=1 miimon=50"
ip link del bond0
echo 0 >$tracing/events/kprobes/info/enable
clear_all
finish
