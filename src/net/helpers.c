// SPDX-License-Identifier: GPL-2.0
/*
 * C parts of the kernel API layer, see helpers.h. Each function is the one
 * macro or inline named in its body; locking and context are that one's.
 */
#include "bond_bindings.h"
#include "abi_generated.h"

#define BOND_ABI_ASSERT(id, s, f) \
	static_assert(offsetof(struct s, f) == CLANG_OFF_##id);
BOND_ABI_LIST(BOND_ABI_ASSERT)

MODULE_IMPORT_NS("NETDEV_INTERNAL");

static const u8 slow_group[ETH_ALEN] __aligned(2) = {
	0x01, 0x80, 0xc2, 0x00, 0x00, 0x02
};

void bond_helper_assert_rtnl(void)
{
	ASSERT_RTNL();
}

void bond_helper_dev_hold(struct net_device *dev)
{
	dev_hold(dev);
}

void bond_helper_dev_put(struct net_device *dev)
{
	dev_put(dev);
}

void bond_helper_netdev_lock_ops(struct net_device *dev)
{
	netdev_lock_ops(dev);
}

void bond_helper_netdev_unlock_ops(struct net_device *dev)
{
	netdev_unlock_ops(dev);
}

bool bond_helper_netdev_need_ops_lock(const struct net_device *dev)
{
	return netdev_need_ops_lock(dev);
}

bool bond_helper_netdev_is_stacked(const struct net_device *dev)
{
	return !list_empty(&dev->adj_list.lower);
}

/* One expansion, and so one lockdep class, per kind of work. */
void bond_helper_init_delayed_work(struct delayed_work *work,
				   work_func_t func, enum bond_work_kind kind)
{
	switch (kind) {
	case BOND_WORK_MII:
		INIT_DELAYED_WORK(work, func);
		break;
	case BOND_WORK_ARP:
		INIT_DELAYED_WORK(work, func);
		break;
	case BOND_WORK_ALB:
		INIT_DELAYED_WORK(work, func);
		break;
	case BOND_WORK_AD:
		INIT_DELAYED_WORK(work, func);
		break;
	case BOND_WORK_IGMP:
		INIT_DELAYED_WORK(work, func);
		break;
	case BOND_WORK_TABLE:
		INIT_DELAYED_WORK(work, func);
		break;
	case BOND_WORK_PEERS:
		INIT_DELAYED_WORK(work, func);
		break;
	case BOND_WORK_MEMBER:
		INIT_DELAYED_WORK(work, func);
		break;
	case BOND_WORK_FLOWS:
		INIT_DELAYED_WORK(work, func);
		break;
	case BOND_WORK_SELECT:
		INIT_DELAYED_WORK(work, func);
		break;
	case BOND_WORK_CARRIER:
		INIT_DELAYED_WORK(work, func);
		break;
	}
}

struct workqueue_struct *bond_helper_alloc_wq(const struct net_device *dev)
{
	return alloc_ordered_workqueue("%s", WQ_MEM_RECLAIM, dev->name);
}

u32 __percpu *bond_helper_alloc_counter(void)
{
	return alloc_percpu(u32);
}

u32 __percpu *bond_helper_alloc_counters(size_t count)
{
	return __alloc_percpu(array_size(count, sizeof(u32)), sizeof(u32));
}

u32 bond_helper_counter_sum(u32 __percpu *counter)
{
	u32 sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(*per_cpu_ptr(counter, cpu));
	return sum;
}

void bond_helper_free_counter(u32 __percpu *counter)
{
	free_percpu(counter);
}

/*
 * Two packets may get the same number when an interrupt or a move to another
 * CPU comes in between, which spreads them as well as any.
 */
u32 bond_helper_counter_inc(u32 __percpu *counter)
{
	return raw_cpu_inc_return(*counter);
}

int bond_helper_tx_drop(struct net_device *dev, struct sk_buff *skb)
{
	dev_core_stats_tx_dropped_inc(dev);
	dev_kfree_skb_any(skb);
	return NET_XMIT_DROP;
}

bool bond_helper_irqs_disabled(void)
{
	return irqs_disabled();
}

bool bond_helper_netpoll_tx_running(struct net_device *dev)
{
	return netpoll_tx_running(dev);
}

void bond_helper_lockdep_set_classes(struct net_device *dev)
{
	netdev_lockdep_set_classes(dev);
}

void *bond_helper_net_generic(const struct net *net, unsigned int id)
{
	return net_generic(net, id);
}

struct net *bond_helper_dev_net(const struct net_device *dev)
{
	return dev_net(dev);
}

u64 bond_helper_jiffies(void)
{
	return get_jiffies_64();
}

bool bond_helper_netif_is_bridge_port(const struct net_device *dev)
{
	return netif_is_bridge_port(dev);
}

bool bond_helper_linkwatch_pending(const struct net_device *dev)
{
	return test_bit(__LINK_STATE_LINKWATCH_PENDING, &dev->state);
}

struct sk_buff *bond_helper_skb_share_check(struct sk_buff *skb)
{
	return skb_share_check(skb, GFP_ATOMIC);
}

rx_handler_result_t bond_helper_rx_exact(const struct sk_buff *skb)
{
	if (skb->dev->type == ARPHRD_ETHER && skb_mac_header_was_set(skb) &&
	    is_link_local_ether_addr(eth_hdr(skb)->h_dest))
		return RX_HANDLER_PASS;
	return RX_HANDLER_EXACT;
}

struct net_device *bond_helper_skb_dev(const struct sk_buff *skb)
{
	return skb->dev;
}

/* A bit field that shares its word with others of the device. */
void bond_helper_set_netns_immutable(struct net_device *dev)
{
	dev->netns_immutable = true;
}

void bond_helper_count_tx_dropped(struct net_device *dev)
{
	dev_core_stats_tx_dropped_inc(dev);
}

bool bond_helper_net_admin(const struct net_device *dev)
{
	return ns_capable(dev_net(dev)->user_ns, CAP_NET_ADMIN);
}

void bond_helper_addr_lock(struct net_device *dev)
{
	netif_addr_lock_bh(dev);
}

void bond_helper_addr_unlock(struct net_device *dev)
{
	netif_addr_unlock_bh(dev);
}

bool bond_helper_is_vlan_dev(const struct net_device *dev)
{
	return is_vlan_dev(dev);
}

int bond_helper_restart_syscall(void)
{
	return restart_syscall();
}

/* One lockdep class for all attributes that are not constants. */
void bond_helper_sysfs_attr_init(struct attribute *attr)
{
	sysfs_attr_init(attr);
}

const struct ns_common *bond_helper_to_ns_common(struct net *net)
{
	return to_ns_common(net);
}

struct proc_dir_entry *bond_helper_proc_net_mkdir(struct net *net,
						  const char *name)
{
	return proc_mkdir(name, net->proc_net);
}

void *bond_helper_seq_data(struct seq_file *seq)
{
	return pde_data(file_inode(seq->file));
}

/* One lockdep class, whose subclasses are the levels of a stack of devices. */
void bond_helper_spin_lock_init(spinlock_t *lock)
{
	spin_lock_init(lock);
}

void bond_helper_spin_lock_nested(spinlock_t *lock, unsigned int level)
	__acquires(lock)
{
	spin_lock_nested(lock, level);
}

void bond_helper_spin_unlock(spinlock_t *lock) __releases(lock)
{
	spin_unlock(lock);
}

/* A lockdep class of its own: this lock is taken in softirqs, too. */
void bond_helper_bh_lock_init(spinlock_t *lock)
{
	spin_lock_init(lock);
}

void bond_helper_spin_lock(spinlock_t *lock) __acquires(lock)
{
	spin_lock(lock);
}

void bond_helper_consume_skb(struct sk_buff *skb)
{
	consume_skb(skb);
}

struct nlattr *bond_helper_nest_start(struct sk_buff *skb, int type)
{
	return nla_nest_start_noflag(skb, type);
}

void bond_helper_nest_end(struct sk_buff *skb, struct nlattr *start, bool keep)
{
	if (keep)
		nla_nest_end(skb, start);
	else
		nla_nest_cancel(skb, start);
}

void bond_helper_local_bh_disable(void)
{
	local_bh_disable();
}

void bond_helper_local_bh_enable(void)
{
	local_bh_enable();
}

/* 0: @payload is filled; 1: too short; -1: not sent to the slow protocols. */
int bond_helper_slow_payload(const struct sk_buff *skb, void *room,
			     const void **payload)
{
	if (!skb_mac_header_was_set(skb) ||
	    !ether_addr_equal(eth_hdr(skb)->h_dest, slow_group))
		return -1;
	*payload = skb_header_pointer(skb, 0, BOND_SLOW_LEN, room);
	return *payload ? 0 : 1;
}

struct sk_buff *bond_helper_slow_frame(struct net_device *dev, const u8 *dest,
				       const u8 *source, u32 priority,
				       void **payload)
{
	/* Read once: needed_headroom may grow at any time. */
	int room = LL_RESERVED_SPACE(dev);
	struct sk_buff *skb;

	skb = alloc_skb(room + ETH_HLEN + BOND_SLOW_LEN, GFP_ATOMIC);
	if (!skb)
		return NULL;
	skb_reserve(skb, room);
	skb_reset_mac_header(skb);
	ether_addr_copy(eth_hdr(skb)->h_dest, dest);
	ether_addr_copy(eth_hdr(skb)->h_source, source);
	eth_hdr(skb)->h_proto = htons(ETH_P_SLOW);
	skb_put(skb, ETH_HLEN);
	skb_set_network_header(skb, ETH_HLEN);
	*payload = skb_put(skb, BOND_SLOW_LEN);
	memset(*payload, 0, BOND_SLOW_LEN);
	skb->dev = dev;
	skb->protocol = htons(ETH_P_SLOW);
	skb->priority = priority;
	return skb;
}

struct dentry *bond_helper_debugfs_dir(const char *name)
{
	struct dentry *dir = debugfs_create_dir(name, NULL);

	return IS_ERR(dir) ? NULL : dir;
}

/* Devices of different namespaces may have the same name. */
static void bond_debugfs_name(char *name, size_t size, const struct net_device *dev)
{
	const struct net *net = dev_net(dev);

	if (net_eq(net, &init_net))
		strscpy(name, dev->name, size);
	else
		snprintf(name, size, "%s@%u", dev->name, net->ns.inum);
}

struct dentry *bond_helper_debugfs_dev_dir(const struct net_device *dev,
					   struct dentry *parent)
{
	char name[IFNAMSIZ + 12];
	struct dentry *dir;

	bond_debugfs_name(name, sizeof(name), dev);
	dir = debugfs_create_dir(name, parent);
	return IS_ERR(dir) ? NULL : dir;
}

void bond_helper_debugfs_file(const char *name, struct dentry *parent,
			      void *data, const struct file_operations *ops)
{
	debugfs_create_file(name, 0400, parent, data, ops);
}

int bond_helper_debugfs_rename(struct dentry *dir, const struct net_device *dev)
{
	char name[IFNAMSIZ + 12];

	bond_debugfs_name(name, sizeof(name), dev);
	return debugfs_change_name(dir, "%s", name);
}

void bond_helper_debugfs_remove(struct dentry *dir)
{
	debugfs_remove(dir);
}

int bond_helper_show_open(struct inode *inode, struct file *file,
			  int (*show)(struct seq_file *seq, void *v))
{
	return single_open(file, show, inode->i_private);
}

void bond_helper_rcu_read_lock(void) __acquires(RCU)
{
	rcu_read_lock();
}

void bond_helper_rcu_read_unlock(void) __releases(RCU)
{
	rcu_read_unlock();
}

struct net_device *bond_helper_next_device_rcu(struct net *net,
					       struct net_device *dev)
{
	struct list_head *from = dev ? &dev->dev_list : &net->dev_base_head;
	struct list_head *next = rcu_dereference(list_next_rcu(from));

	return next == &net->dev_base_head ? NULL : net_device_entry(next);
}

void bond_helper_dev_net_set(struct net_device *dev, struct net *net)
{
	dev_net_set(dev, net);
}
