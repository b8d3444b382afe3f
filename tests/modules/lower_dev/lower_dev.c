// SPDX-License-Identifier: GPL-2.0
/*
 * Asks a device which lower device it would send by, as RDMA does for a frame and TLS offload for
 * a socket: neither can be driven from user space without such hardware.
 *
 * Write a struct request to the file lower_dev in debugfs, then read the name of the lower device
 * from the same open file, which is empty for none.
 *
 * With the parameter listen it also asks a bond for its speed at each news of a member, as drivers
 * do that offload bonds, and logs the answer.
 */
#include <linux/debugfs.h>
#include <linux/etherdevice.h>
#include <linux/ethtool.h>
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/net.h>
#include <linux/netdevice.h>
#include <linux/nsproxy.h>

struct request {
	char dev[IFNAMSIZ];
	/* A file descriptor, or -1: the frame counts. */
	s32 socket;
	u32 all_slaves;
	u8 frame[];
};

static int ask_for_socket(struct net_device *dev, int fd, char *name)
{
	struct net_device *lower;
	struct socket *sock;
	int err;

	sock = sockfd_lookup(fd, &err);
	if (!sock)
		return err;
	rcu_read_lock();
	lower = netdev_sk_get_lowest_dev(dev, sock->sk);
	strscpy(name, lower->name, IFNAMSIZ);
	rcu_read_unlock();
	sockfd_put(sock);
	return 0;
}

/* The frame is as a packet socket hands it to the device. */
static int ask_for_frame(struct net_device *dev, const u8 *frame, size_t size, bool all, char *name)
{
	struct net_device *lower;
	struct sk_buff *skb;

	if (size < ETH_HLEN)
		return -EINVAL;
	skb = alloc_skb(LL_RESERVED_SPACE(dev) + size, GFP_KERNEL);
	if (!skb)
		return -ENOMEM;
	skb_reserve(skb, LL_RESERVED_SPACE(dev));
	skb_put_data(skb, frame, size);
	skb->dev = dev;
	skb_reset_mac_header(skb);
	skb_set_network_header(skb, ETH_HLEN);
	skb->protocol = eth_hdr(skb)->h_proto;
	rcu_read_lock();
	lower = netdev_get_xmit_slave(dev, skb, all);
	strscpy(name, lower ? lower->name : "", IFNAMSIZ);
	rcu_read_unlock();
	kfree_skb(skb);
	return 0;
}

static ssize_t lower_dev_write(struct file *file, const char __user *buf, size_t size, loff_t *pos)
{
	struct net_device *dev;
	struct request *req;
	char name[IFNAMSIZ];
	int err;

	req = (struct request *)simple_transaction_get(file, buf, size);
	if (IS_ERR(req))
		return PTR_ERR(req);
	if (size < sizeof(*req) || strnlen(req->dev, IFNAMSIZ) == IFNAMSIZ)
		return -EINVAL;
	dev = dev_get_by_name(current->nsproxy->net_ns, req->dev);
	if (!dev)
		return -ENODEV;
	if (req->socket >= 0)
		err = ask_for_socket(dev, req->socket, name);
	else
		err = ask_for_frame(dev, req->frame, size - sizeof(*req), req->all_slaves, name);
	dev_put(dev);
	if (err)
		return err;
	/* The answer takes the place of the request. */
	strscpy((char *)req, name, IFNAMSIZ);
	simple_transaction_set(file, strlen(name));
	return size;
}

static const struct file_operations lower_dev_fops = {
	.owner = THIS_MODULE,
	.write = lower_dev_write,
	.read = simple_transaction_read,
	.release = simple_transaction_release,
	.llseek = default_llseek,
};

static bool listen;
module_param(listen, bool, 0644);
MODULE_PARM_DESC(listen, "Ask bonds for their speed at news of a member");

static int lower_dev_event(struct notifier_block *nb, unsigned long event, void *info)
{
	struct net_device *dev = netdev_notifier_info_to_dev(info), *bond;
	struct ethtool_link_ksettings link;

	if (!READ_ONCE(listen) || (event != NETDEV_CHANGEUPPER && event != NETDEV_CHANGELOWERSTATE))
		return NOTIFY_DONE;
	bond = netdev_master_upper_dev_get(dev);
	if (bond && !__ethtool_get_link_ksettings(bond, &link))
		netdev_info(dev, "%s has %d Mbit/s\n", bond->name, (int)link.base.speed);
	return NOTIFY_DONE;
}

static struct notifier_block lower_dev_listener = {
	.notifier_call = lower_dev_event,
};

static struct dentry *lower_dev_file;

static int __init lower_dev_init(void)
{
	int err;

	err = register_netdevice_notifier(&lower_dev_listener);
	if (err)
		return err;
	lower_dev_file = debugfs_create_file("lower_dev", 0600, NULL, NULL, &lower_dev_fops);
	err = PTR_ERR_OR_ZERO(lower_dev_file);
	if (err)
		unregister_netdevice_notifier(&lower_dev_listener);
	return err;
}
module_init(lower_dev_init);

static void __exit lower_dev_exit(void)
{
	debugfs_remove(lower_dev_file);
	unregister_netdevice_notifier(&lower_dev_listener);
}
module_exit(lower_dev_exit);

MODULE_DESCRIPTION("Which lower device would send, for tests");
MODULE_LICENSE("GPL");
