#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Run a command in the lab's root: lab-private mounts, no process left behind.
# usage: unshare -m -p -f --kill-child bash enter.sh ROOT [SRC:DST[:ro]]... -- COMMAND...
set -eu

root=$1
shift

mount --make-rprivate /
mount -t proc proc /proc
mount --bind "$root" "$root"
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
# Names are found as they are on this machine, now.
for file in resolv.conf hosts; do
	[ -e "/etc/$file" ] || continue
	[ -e "$root/etc/$file" ] || : >"$root/etc/$file"
	mount --bind "/etc/$file" "$root/etc/$file"
done
while [ "$1" != -- ]; do
	IFS=: read -r src dst mode <<<"$1"
	mkdir -p "$root$dst"
	mount --bind "$src" "$root$dst"
	[ "$mode" != ro ] || mount -o remount,bind,ro "$root$dst"
	shift
done
shift
mount -o remount,bind,ro "$root"

exec chroot "$root" /usr/bin/env -i HOME=/tmp LANG=C.UTF-8 TERM="${TERM:-dumb}" \
	PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
	/bin/sh -c 'cd "$0" && exec "$@"' "${LAB_PWD:-/}" "$@"
