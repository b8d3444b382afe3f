/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What Rust cannot do itself: macros, static keys, per-CPU variables and
 * inlines that depend on the configuration.
 */
#ifndef BOND_HELPERS_H
#define BOND_HELPERS_H

#include <linux/spinlock_types.h>
#include <linux/types.h>

struct delayed_work;
struct dentry;
struct file;
struct file_operations;
struct inode;
struct net;
struct nlattr;
struct net_device;
struct seq_file;
struct sk_buff;
struct sock;
struct workqueue_struct;

enum bond_work_kind {
	BOND_WORK_MII,
	BOND_WORK_ARP,
	BOND_WORK_ALB,
	BOND_WORK_AD,
	BOND_WORK_IGMP,
	BOND_WORK_TABLE,
	BOND_WORK_PEERS,
	BOND_WORK_MEMBER,
	BOND_WORK_FLOWS,
	BOND_WORK_SELECT,
	BOND_WORK_CARRIER,
};

/* What the transmit hash needs of struct flow_keys. */
struct bond_flow {
	u32 addresses;	/* exclusive or of source and destination, see flow_get_u32_src() */
	u32 ports;
	u16 icmp_id;	/* 0: not a type of ICMP that has one */
	u8 icmp_type;
	u8 icmp_code;
};

void bond_helper_assert_rtnl(void);
void bond_helper_dev_hold(struct net_device *dev);
void bond_helper_dev_put(struct net_device *dev);
void bond_helper_netdev_lock_ops(struct net_device *dev);
void bond_helper_netdev_unlock_ops(struct net_device *dev);
bool bond_helper_netdev_need_ops_lock(const struct net_device *dev);
bool bond_helper_netdev_is_stacked(const struct net_device *dev);
void bond_helper_init_delayed_work(struct delayed_work *work,
				   work_func_t func, enum bond_work_kind kind);
struct workqueue_struct *bond_helper_alloc_wq(const struct net_device *dev);
u32 __percpu *bond_helper_alloc_counter(void);
u32 __percpu *bond_helper_alloc_counters(size_t count);
u32 bond_helper_counter_sum(u32 __percpu *counter);
void bond_helper_free_counter(u32 __percpu *counter);
u32 bond_helper_counter_inc(u32 __percpu *counter);
int bond_helper_tx_drop(struct net_device *dev, struct sk_buff *skb);
bool bond_helper_irqs_disabled(void);
bool bond_helper_netpoll_tx_running(struct net_device *dev);
void bond_helper_lockdep_set_classes(struct net_device *dev);
void *bond_helper_net_generic(const struct net *net, unsigned int id);
struct net_device *bond_helper_next_device_rcu(struct net *net,
						struct net_device *dev);
void bond_helper_dev_net_set(struct net_device *dev, struct net *net);
struct net *bond_helper_dev_net(const struct net_device *dev);
u64 bond_helper_jiffies(void);
bool bond_helper_netif_is_bridge_port(const struct net_device *dev);
bool bond_helper_linkwatch_pending(const struct net_device *dev);
struct sk_buff *bond_helper_skb_share_check(struct sk_buff *skb);
rx_handler_result_t bond_helper_rx_exact(const struct sk_buff *skb);
bool bond_helper_skb_l4_hash(const struct sk_buff *skb, u32 *hash);
bool bond_helper_has_bpf_dissector(const struct net_device *dev);
bool bond_helper_dissect(const struct net_device *dev,
			 const struct sk_buff *skb, struct bond_flow *flow);
void bond_helper_sock_flow(const struct sock *sk, struct bond_flow *flow);
struct net_device *bond_helper_skb_dev(const struct sk_buff *skb);
void bond_helper_set_netns_immutable(struct net_device *dev);
void bond_helper_count_tx_dropped(struct net_device *dev);
bool bond_helper_net_admin(const struct net_device *dev);
void bond_helper_addr_lock(struct net_device *dev);
void bond_helper_addr_unlock(struct net_device *dev);
bool bond_helper_is_vlan_dev(const struct net_device *dev);
int bond_helper_restart_syscall(void);
void bond_helper_sysfs_attr_init(struct attribute *attr);
const struct ns_common *bond_helper_to_ns_common(struct net *net);
struct proc_dir_entry *bond_helper_proc_net_mkdir(struct net *net,
						  const char *name);
void *bond_helper_seq_data(struct seq_file *seq);
void bond_helper_spin_lock_init(spinlock_t *lock);
void bond_helper_spin_lock_nested(spinlock_t *lock, unsigned int level);
void bond_helper_spin_unlock(spinlock_t *lock);
void bond_helper_bh_lock_init(spinlock_t *lock);
void bond_helper_spin_lock(spinlock_t *lock);
void bond_helper_consume_skb(struct sk_buff *skb);
struct nlattr *bond_helper_nest_start(struct sk_buff *skb, int type);
void bond_helper_nest_end(struct sk_buff *skb, struct nlattr *start, bool keep);
void bond_helper_local_bh_disable(void);
void bond_helper_local_bh_enable(void);
/* Bytes of a frame of a slow protocol after the Ethernet header. */
#define BOND_SLOW_LEN 110
int bond_helper_slow_payload(const struct sk_buff *skb, void *room,
			     const void **payload);
struct sk_buff *bond_helper_slow_frame(struct net_device *dev, const u8 *dest,
				       const u8 *source, u32 priority,
				       void **payload);
struct dentry *bond_helper_debugfs_dir(const char *name);
struct dentry *bond_helper_debugfs_dev_dir(const struct net_device *dev,
					   struct dentry *parent);
void bond_helper_debugfs_file(const char *name, struct dentry *parent,
			      void *data, const struct file_operations *ops);
int bond_helper_debugfs_rename(struct dentry *dir,
			       const struct net_device *dev);
void bond_helper_debugfs_remove(struct dentry *dir);
int bond_helper_show_open(struct inode *inode, struct file *file,
			  int (*show)(struct seq_file *seq, void *v));
void bond_helper_rcu_read_lock(void);
void bond_helper_rcu_read_unlock(void);

#endif /* BOND_HELPERS_H */
