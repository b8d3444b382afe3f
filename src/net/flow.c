// SPDX-License-Identifier: GPL-2.0
/*
 * What the kernel knows about the flow of a frame, see helpers.h. The caller
 * is in a read side section of RCU.
 */
#include "bond_bindings.h"

bool bond_helper_skb_l4_hash(const struct sk_buff *skb, u32 *hash)
{
	*hash = skb->hash;
	return skb->l4_hash;
}

#define BOND_FLOW_KEY(id, field) \
	.offset[FLOW_DISSECTOR_KEY_##id] = offsetof(struct flow_keys, field)

/* Not const only because __skb_flow_dissect() does not promise. */
static struct flow_dissector bond_flow_dissector __ro_after_init = {
	.used_keys = BIT_ULL(FLOW_DISSECTOR_KEY_CONTROL) |
		     BIT_ULL(FLOW_DISSECTOR_KEY_BASIC) |
		     BIT_ULL(FLOW_DISSECTOR_KEY_IPV4_ADDRS) |
		     BIT_ULL(FLOW_DISSECTOR_KEY_IPV6_ADDRS) |
		     BIT_ULL(FLOW_DISSECTOR_KEY_TIPC) |
		     BIT_ULL(FLOW_DISSECTOR_KEY_PORTS) |
		     BIT_ULL(FLOW_DISSECTOR_KEY_ICMP) |
		     BIT_ULL(FLOW_DISSECTOR_KEY_VLAN) |
		     BIT_ULL(FLOW_DISSECTOR_KEY_FLOW_LABEL) |
		     BIT_ULL(FLOW_DISSECTOR_KEY_GRE_KEYID),
	BOND_FLOW_KEY(CONTROL, control),
	BOND_FLOW_KEY(BASIC, basic),
	BOND_FLOW_KEY(IPV4_ADDRS, addrs.v4addrs),
	BOND_FLOW_KEY(IPV6_ADDRS, addrs.v6addrs),
	BOND_FLOW_KEY(TIPC, addrs.tipckey),
	BOND_FLOW_KEY(PORTS, ports),
	BOND_FLOW_KEY(ICMP, icmp),
	BOND_FLOW_KEY(VLAN, vlan),
	BOND_FLOW_KEY(FLOW_LABEL, tags),
	BOND_FLOW_KEY(GRE_KEYID, keyid),
};

static void bond_flow_of_keys(struct bond_flow *flow, const struct flow_keys *keys)
{
	*flow = (struct bond_flow){
		.addresses = (__force u32)flow_get_u32_src(keys) ^
			     (__force u32)flow_get_u32_dst(keys),
		.ports = (__force u32)keys->ports.ports,
		.icmp_id = keys->icmp.id,
		.icmp_type = keys->icmp.type,
		.icmp_code = keys->icmp.code,
	};
}

/* A program of the first namespace is for all of them. */
bool bond_helper_has_bpf_dissector(const struct net_device *dev)
{
	const enum netns_bpf_attach_type type = NETNS_BPF_FLOW_DISSECTOR;

	return rcu_access_pointer(init_net.bpf.run_array[type]) ||
	       rcu_access_pointer(dev_net(dev)->bpf.run_array[type]);
}

/* With the data given, a tag beside the frame is not a part of it. */
bool bond_helper_dissect(const struct net_device *dev,
			 const struct sk_buff *skb, struct bond_flow *flow)
{
	struct flow_keys keys = {};

	if (!__skb_flow_dissect(dev_net(dev), skb, &bond_flow_dissector, &keys,
				skb->data, skb->protocol,
				skb_network_offset(skb), skb_headlen(skb), 0))
		return false;
	bond_flow_of_keys(flow, &keys);
	return true;
}

/* An IPv6 socket may talk to a peer of IPv4. */
void bond_helper_sock_flow(const struct sock *sk, struct bond_flow *flow)
{
	const struct inet_sock *inet = inet_sk(sk);
	struct flow_keys keys = {};

	keys.ports.src = inet->inet_sport;
	keys.ports.dst = inet->inet_dport;
	keys.control.addr_type = FLOW_DISSECTOR_KEY_IPV4_ADDRS;
	keys.addrs.v4addrs.src = inet->inet_rcv_saddr;
	keys.addrs.v4addrs.dst = inet->inet_daddr;
#if IS_ENABLED(CONFIG_IPV6)
	if (sk->sk_family == AF_INET6 &&
	    (ipv6_only_sock(sk) || !ipv6_addr_v4mapped(&sk->sk_v6_daddr))) {
		keys.control.addr_type = FLOW_DISSECTOR_KEY_IPV6_ADDRS;
		keys.addrs.v6addrs.src = inet6_sk(sk)->saddr;
		keys.addrs.v6addrs.dst = sk->sk_v6_daddr;
	}
#endif
	bond_flow_of_keys(flow, &keys);
}
