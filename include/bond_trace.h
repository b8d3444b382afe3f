/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Trace events, see Documentation/tracing.rst.
 *
 * States and reasons are there twice: as numbers, for filters, and as text,
 * which comes from the one table in src/core.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM bonding

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE bond_trace

#if !defined(BOND_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define BOND_TRACE_H

#include <linux/netdevice.h>
#include <linux/tracepoint.h>
#include <net/net_namespace.h>

#include "../src/net/tracepoints.h"

TRACE_EVENT(bond_lacp_transition,

	TP_PROTO(const struct net_device *bond, const struct net_device *member,
		 const struct bond_trace_lacp *what),

	TP_ARGS(bond, member, what),

	TP_STRUCT__entry(
		__field(unsigned int, netns)
		__field(int, bond_ifindex)
		__field(int, member_ifindex)
		__field(u16, port)
		__field(u16, machine)
		__field(u16, old)
		__field(u16, new)
		__field(u16, reason)
		__string(bond, bond->name)
		__string(member, member->name)
		__string_len(machine_name, what->machine.name, what->machine.len)
		__string_len(old_name, what->old.name, what->old.len)
		__string_len(new_name, what->new.name, what->new.len)
		__string_len(reason_name, what->reason.name, what->reason.len)
	),

	TP_fast_assign(
		__entry->netns = dev_net(bond)->ns.inum;
		__entry->bond_ifindex = bond->ifindex;
		__entry->member_ifindex = member->ifindex;
		__entry->port = what->port;
		__entry->machine = what->machine.number;
		__entry->old = what->old.number;
		__entry->new = what->new.number;
		__entry->reason = what->reason.number;
		__assign_str(bond);
		__assign_str(member);
		__assign_str(machine_name);
		__assign_str(old_name);
		__assign_str(new_name);
		__assign_str(reason_name);
	),

	TP_printk("%s %s port %u: %s %s -> %s (%s)",
		  __get_str(bond), __get_str(member), __entry->port,
		  __get_str(machine_name), __get_str(old_name),
		  __get_str(new_name), __get_str(reason_name))
);

TRACE_EVENT(bond_link_state,

	TP_PROTO(const struct net_device *bond, const struct net_device *member,
		 const struct bond_trace_value *was,
		 const struct bond_trace_value *is),

	TP_ARGS(bond, member, was, is),

	TP_STRUCT__entry(
		__field(unsigned int, netns)
		__field(int, bond_ifindex)
		__field(int, member_ifindex)
		__field(u16, old)
		__field(u16, new)
		__string(bond, bond->name)
		__string(member, member->name)
		__string_len(old_name, was->name, was->len)
		__string_len(new_name, is->name, is->len)
	),

	TP_fast_assign(
		__entry->netns = dev_net(bond)->ns.inum;
		__entry->bond_ifindex = bond->ifindex;
		__entry->member_ifindex = member->ifindex;
		__entry->old = was->number;
		__entry->new = is->number;
		__assign_str(bond);
		__assign_str(member);
		__assign_str(old_name);
		__assign_str(new_name);
	),

	TP_printk("%s %s: link %s -> %s",
		  __get_str(bond), __get_str(member),
		  __get_str(old_name), __get_str(new_name))
);

TRACE_EVENT(bond_active_changed,

	TP_PROTO(const struct net_device *bond, const struct net_device *was,
		 const struct net_device *is),

	TP_ARGS(bond, was, is),

	TP_STRUCT__entry(
		__field(unsigned int, netns)
		__field(int, bond_ifindex)
		__field(int, old)
		__field(int, new)
		__string(bond, bond->name)
		__string(old_name, was ? was->name : "none")
		__string(new_name, is ? is->name : "none")
	),

	TP_fast_assign(
		__entry->netns = dev_net(bond)->ns.inum;
		__entry->bond_ifindex = bond->ifindex;
		__entry->old = was ? was->ifindex : 0;
		__entry->new = is ? is->ifindex : 0;
		__assign_str(bond);
		__assign_str(old_name);
		__assign_str(new_name);
	),

	TP_printk("%s: active %s -> %s", __get_str(bond),
		  __get_str(old_name), __get_str(new_name))
);

#endif /* BOND_TRACE_H */

#include <trace/define_trace.h>
