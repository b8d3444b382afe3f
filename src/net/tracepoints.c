// SPDX-License-Identifier: GPL-2.0
/*
 * The trace events of include/bond_trace.h. An event that nobody listens to is
 * a branch that is not patched in.
 */
#include "tracepoints.h"

#define CREATE_TRACE_POINTS
#include "bond_trace.h"

/* A number without a name is its own name, written to the 6 bytes at @text. */
static void bond_trace_name(struct bond_trace_value *value, char *text)
{
	if (value->name)
		return;
	value->name = text;
	value->len = sprintf(text, "%u", value->number);
}

bool bond_helper_trace_lacp_enabled(void)
{
	return trace_bond_lacp_transition_enabled();
}

void bond_helper_trace_lacp(const struct net_device *bond,
			    const struct net_device *member,
			    struct bond_trace_lacp *what)
{
	char old[6], new[6];

	bond_trace_name(&what->old, old);
	bond_trace_name(&what->new, new);
	trace_bond_lacp_transition(bond, member, what);
}

void bond_helper_trace_link(const struct net_device *bond,
			    const struct net_device *member,
			    const struct bond_trace_value *was,
			    const struct bond_trace_value *is)
{
	trace_bond_link_state(bond, member, was, is);
}

void bond_helper_trace_active(const struct net_device *bond,
			      const struct net_device *was,
			      const struct net_device *is)
{
	trace_bond_active_changed(bond, was, is);
}
