#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# In the lab's root: a User Mode Linux kernel of tinyconfig and fragments.
# usage: kernel-uml.sh FRAGMENT...
set -eu

read -ra vars <<<"$VARS"
kmake() {
	make -C /lab/src O="$OUT" "${vars[@]}" -j"$JOBS" "$@"
}

kmake tinyconfig
cat "${@/#//lab/tools/fragments/}" >"$OUT/.wanted"
(cd "$OUT" && ARCH=um /lab/src/scripts/kconfig/merge_config.sh -m -O "$OUT" .config .wanted >/dev/null)
kmake olddefconfig
# A fragment line that Kconfig refused would silently test less.
while IFS= read -r line; do
	name=${line%%=*}
	grep -qx "$line" "$OUT/.config" || tac "$OUT/.wanted" | grep -m1 "^$name=" | grep -vqx "$line" || {
		echo "error: Kconfig refuses $line"
		refused=1
	}
done < <(grep '^CONFIG_' "$OUT/.wanted")
[ -z "${refused-}" ] || exit 1
kmake all
kmake INSTALL_MOD_PATH="$OUT/install" modules_install
# The objects of the kernel itself are of no use to a module build.
find "$OUT" -name '*.o' -not -path "$OUT/scripts/*" -not -path "$OUT/rust/*" -not -path "$OUT/arch/*" -delete
find "$OUT" -name '*.a' -delete
