/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The one header that bindgen reads and that src/net/helpers.c includes.
 *
 * It holds no declarations of its own but three kinds of things bindgen
 * cannot see otherwise: macro constants (RUST_CONST_HELPER_*), the helpers
 * for macros and per-CPU or config-dependent inlines, and the list of
 * structure offsets that gcc and clang must agree on.
 */
#ifndef BOND_BINDINGS_H
#define BOND_BINDINGS_H

#include <linux/debugfs.h>
#include <linux/device.h>
#include <linux/etherdevice.h>
#include <linux/ethtool.h>
#include <linux/if_arp.h>
#include <linux/if_bonding.h>
#include <linux/if_ether.h>
#include <linux/if_link.h>
#include <linux/if_vlan.h>
#include <linux/igmp.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/jiffies.h>
#include <linux/kobject.h>
#include <linux/mii.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/net_tstamp.h>
#include <linux/netdevice.h>
#include <linux/netpoll.h>
#include <linux/notifier.h>
#include <linux/pkt_sched.h>
#include <linux/proc_fs.h>
#include <linux/rcupdate.h>
#include <linux/rtnetlink.h>
#include <linux/seq_file.h>
#include <linux/skbuff.h>
#include <linux/sockios.h>
#include <linux/sysfs.h>
#include <linux/workqueue.h>
#include <net/bonding.h>
#include <net/flow_dissector.h>
#include <net/ipv6.h>
#include <net/net_namespace.h>
#include <net/netdev_lock.h>
#include <net/netlink.h>
#include <net/netns/generic.h>
#include <net/rtnetlink.h>
#include <net/sch_generic.h>
#include <net/sock.h>
#include <generated/utsrelease.h>

#include "../src/net/helpers.h"
#include "../src/net/tracepoints.h"

/* Macro constants; the build strips the prefix. */
#define BOND_CONST(type, name) \
	static const type RUST_CONST_HELPER_##name = name

BOND_CONST(gfp_t, GFP_KERNEL);
BOND_CONST(gfp_t, GFP_ATOMIC);
BOND_CONST(size_t, PAGE_SIZE);
BOND_CONST(u64, HZ);
BOND_CONST(u64, NETIF_F_ALL_FOR_ALL);
BOND_CONST(u64, NETIF_F_ALL_TSO);
BOND_CONST(u64, NETIF_F_GSO_ENCAP_ALL);
BOND_CONST(u64, NETIF_F_GSO_PARTIAL);
BOND_CONST(u64, NETIF_F_GSO_SOFTWARE);
BOND_CONST(u64, NETIF_F_HIGHDMA);
BOND_CONST(u64, NETIF_F_HW_CSUM);
BOND_CONST(u64, NETIF_F_HW_VLAN_CTAG_FILTER);
BOND_CONST(u64, NETIF_F_HW_VLAN_CTAG_RX);
BOND_CONST(u64, NETIF_F_HW_VLAN_CTAG_TX);
BOND_CONST(u64, NETIF_F_HW_VLAN_STAG_FILTER);
BOND_CONST(u64, NETIF_F_HW_VLAN_STAG_RX);
BOND_CONST(u64, NETIF_F_HW_VLAN_STAG_TX);
BOND_CONST(u64, NETIF_F_LRO);
BOND_CONST(u64, NETIF_F_ONE_FOR_ALL);
BOND_CONST(u64, NETIF_F_SG);
BOND_CONST(u64, NETIF_F_VLAN_CHALLENGED);
BOND_CONST(u64, NETIF_F_FRAGLIST);
BOND_CONST(u64, NETIF_F_HW_ESP);
BOND_CONST(u64, NETIF_F_HW_ESP_TX_CSUM);
BOND_CONST(u64, NETIF_F_GSO_ESP);

/*
 * Offsets that the build compares between gcc (the kernel) and clang
 * (bindgen): the structures that our Rust code reads without a call, and
 * the prefix of struct bonding and struct slave that other modules read
 * through the inlines of <net/bonding.h>.
 */
#define BOND_ABI_LIST(X)					\
	X(bonding_dev, bonding, dev)				\
	X(bonding_curr, bonding, curr_active_slave)		\
	X(bonding_mode, bonding, params.mode)			\
	X(slave_dev, slave, dev)				\
	X(slave_bond, slave, bond)				\
	X(slave_link, slave, link)				\
	X(slave_duplex, slave, duplex)				\
	X(slave_speed, slave, speed)				\
	X(slave_queue_id, slave, queue_id)			\
	X(slave_perm_hwaddr, slave, perm_hwaddr)		\
	X(dev_ops, net_device, netdev_ops)			\
	X(dev_state, net_device, state)				\
	X(dev_flags, net_device, flags)				\
	X(dev_mtu, net_device, mtu)				\
	X(dev_ifindex, net_device, ifindex)			\
	X(dev_name, net_device, name)				\
	X(dev_rx_handler, net_device, rx_handler)		\
	X(dev_rx_handler_data, net_device, rx_handler_data)	\
	X(dev_addr_len, net_device, addr_len)			\
	X(dev_addr, net_device, dev_addr)			\
	X(dev_priv, net_device, priv)				\
	X(skb_dev, sk_buff, dev)				\
	X(skb_len, sk_buff, len)				\
	X(skb_data_len, sk_buff, data_len)			\
	X(skb_data, sk_buff, data)				\
	X(skb_head, sk_buff, head)				\
	X(skb_tail, sk_buff, tail)				\
	X(skb_cb, sk_buff, cb)					\
	X(qdisc_cb_queue, qdisc_skb_cb, slave_dev_queue_mapping) \
	X(skb_queue_mapping, sk_buff, queue_mapping)		\
	X(skb_protocol, sk_buff, protocol)			\
	X(skb_hash, sk_buff, hash)				\
	X(skb_vlan_all, sk_buff, vlan_all)			\
	X(skb_vlan_tci, sk_buff, vlan_tci)			\
	X(skb_mac_header, sk_buff, mac_header)			\
	X(skb_network_header, sk_buff, network_header)

#ifdef __BINDGEN__
#define BOND_ABI_ENUM(id, s, f) BOND_OFF_##id = __builtin_offsetof(struct s, f),
enum bond_abi_offsets { BOND_ABI_LIST(BOND_ABI_ENUM) };
#endif

#endif /* BOND_BINDINGS_H */
