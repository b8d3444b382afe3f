#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# In the lab's root: a build tree for modules that load on the stock image.
# The headers package has no Rust metadata, so make it from the same source,
# config and compilers; crate hashes and symbol names then match the image.
set -eu

image=/lab/stock/usr/lib/modules/$RELEASE
headers=/lab/stock/usr/src/linux-headers-$RELEASE
read -ra vars <<<"$VARS"
kmake() {
	make -C /lab/src O="$OUT" "${vars[@]}" KERNELRELEASE="$RELEASE" -j"$JOBS" "$@"
}

cp "$image/config" "$OUT/.config"
kmake olddefconfig
# Options that change structures must be those of the image; names of tool
# versions may differ.
if diff <(grep -E '^(CONFIG_|# CONFIG_)' "$image/config") \
	<(grep -E '^(CONFIG_|# CONFIG_)' "$OUT/.config") |
	grep -vE 'VERSION|_TEXT|SIG_KEY|SIG_ALL|TRUSTED_KEYS|BUILD_SALT' | grep '^[<>]'; then
	echo "error: the config changed on the way: the compilers are not those of the image"
	exit 1
fi
kmake prepare modules_prepare
cp "$headers/Module.symvers" "$OUT/"

# Every Rust symbol that this tree would make must be in the image's exports.
rm -f "$OUT/.mismatch"
for lib in "$OUT"/rust/*.o; do
	nm -g --defined-only "$lib" | awk '$3 ~ /^_R/ { print $3 }'
done | sort -u >"$OUT/.rust-symbols"
awk '$2 ~ /^_R/ { print $2 }' "$OUT/Module.symvers" | sort -u >"$OUT/.image-symbols"
echo "rust symbols: $(wc -l <"$OUT/.rust-symbols") here, $(wc -l <"$OUT/.image-symbols") exported by the image"
comm -13 "$OUT/.rust-symbols" "$OUT/.image-symbols" >"$OUT/.mismatch"
if [ "$(wc -l <"$OUT/.mismatch")" -gt "$(($(wc -l <"$OUT/.image-symbols") / 100))" ]; then
	head -n 5 "$OUT/.mismatch"
	echo "error: the image was built by another rustc than $(rustc --version): its Rust symbols differ"
	exit 1
fi
echo "$image"
