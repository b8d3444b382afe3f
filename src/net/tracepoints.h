/* SPDX-License-Identifier: GPL-2.0 */
/* What the trace events of include/bond_trace.h are given. */
#ifndef BOND_TRACEPOINTS_H
#define BOND_TRACEPOINTS_H

#include <linux/types.h>

struct net_device;

/* A state or the like: its number, and @len bytes of text, or null. */
struct bond_trace_value {
	const char *name;
	u16 len;
	u16 number;
};

struct bond_trace_lacp {
	struct bond_trace_value machine;
	struct bond_trace_value old;
	struct bond_trace_value new;
	struct bond_trace_value reason;
	u16 port;
};

bool bond_helper_trace_lacp_enabled(void);
void bond_helper_trace_lacp(const struct net_device *bond,
			    const struct net_device *member,
			    struct bond_trace_lacp *what);
void bond_helper_trace_link(const struct net_device *bond,
			    const struct net_device *member,
			    const struct bond_trace_value *was,
			    const struct bond_trace_value *is);
void bond_helper_trace_active(const struct net_device *bond,
			      const struct net_device *was,
			      const struct net_device *is);

#endif /* BOND_TRACEPOINTS_H */
