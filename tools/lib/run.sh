# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Guests: boot a kernel on the lab's root, run a script there, judge the result.

# The two sets of modules a guest sees: what modprobe finds, without the C
# driver (else "ip link add type bond" would load it unasked), and that driver.
# A stock guest also gets an initramfs that mounts the root over 9p.
guest_key() {
	{ kernel_key "$1"; cat "$LAB_TOOLS/guest/mkguest"; } | digest
}

build_guest() {
	local dir=$1 flavour=$FLAVOUR dist from

	dist=$(lab_dist) || return 1
	from=$(lab_kernel "$flavour")/install/lib/modules || return 1
	[ "$flavour" != stock ] || from=$dist/stock/usr/lib/modules
	mkdir -p "$dir/modules/lib" "$dir/c"
	cp -al "$from" "$dir/modules/lib/"
	find "$dir/modules" -name 'bonding.ko*' -exec mv {} "$dir/c/" \;
	logged "$LAB_CACHE/log/guest-$flavour.log" "guest $flavour: preparing" \
		in_root "$dir:/lab/item" "$LAB_TOOLS:/lab/tools:ro" -- \
		bash /lab/tools/guest/mkguest "$flavour"
}

lab_guest() {
	local key

	key=$(guest_key "$1")
	FLAVOUR=$1 cached "guest-$1" "$key" 1000 build_guest
}

# lab_key FLAVOUR: print a name for the root, the kernel and the module as it was built last.
lab_key() {
	{ guest_key "$1"; sha256sum <"$(mod_dir "$1")/bonding.ko"; } | digest
}

# Lines of a kernel log that no test may cause. A reference tracker without memory is no fault but
# the effect of one that was injected.
splats='BUG:|kernel BUG|WARNING:|Oops|Call Trace|UBSAN:|KASAN:|refcount_t:|INFO: task .* blocked|possible (recursive|circular)|suspicious RCU|sleeping function called|stall(s|ed)? (detected|on)|self-detected stall|unregister_netdevice: waiting|ref_tracker: (?!memory allocation failure)|ODEBUG:|Kernel panic|list_(add|del) corruption|rust_kernel: panicked|general protection|scheduling while atomic|inconsistent lock state|new suspected memory leaks|deprecated workqueue'

# scan RUNDIR: print splats; fail if there are any.
scan() {
	local bad=0

	if LC_ALL=C grep -aPn -A12 -m 4 "$splats" "$1/dmesg" "$1/console" >"$1/splats" 2>/dev/null; then
		bad=1
	fi
	if [ -s "$1/kmemleak" ]; then
		head -n 40 "$1/kmemleak" >>"$1/splats"
		bad=1
	fi
	[ $bad = 0 ] || sed 's|^.*/\(dmesg\|console\)[-:]|# kernel log |' "$1/splats"
	return $bad
}

run_usage() {
	cat >&2 <<-'END'
	usage: tools/lab run FLAVOUR [OPTION...] -- SCRIPT [ARG...]
	  --timeout S      kill the guest after S seconds of host time (300)
	  --smp N          processors (uml and stock)
	  --mem M          memory, for example 512M
	  --driver rust|c  which driver load_bonding loads (rust)
	  --time-travel[=inf-cpu]  virtual time (debug and kasan)
	  --wire IN,OUT    /dev/tty1 is these file descriptors of the caller (not stock)
	  --nics N         network cards, on one cable (stock)
	  --icount         one virtual nanosecond per instruction (stock)
	  --module NAME    /lab/out/NAME.ko is the module of tests/modules
	  --no-build       take the module as it was built last
	  --quiet-splats   report kernel splats, but do not fail for them
	  --no-leaks       do not look for leaked memory (debug), which takes half of the time
	  --shell          a prompt instead of a script
	END
	exit 2
}

uml_command() {
	local args=("/lab/kernel/$flavour/linux" root=/dev/root rootfstype=hostfs rootflags=/ ro
		"mem=$mem" init=/lab/tools/guest/init uml_dir=/lab/out/ umid=guest
		oops=panic panic=-1 loglevel=7 con=null ssl=null)

	[ "$flavour" != uml ] || args+=("ncpus=$smp")
	args+=(seccomp=on)
	[ "$leaks" ] || args+=(kmemleak=off)
	case $travel in
	'') ;;
	yes) args+=(time-travel) ;;
	*) args+=("time-travel=$travel") ;;
	esac
	[ -z "$wire" ] || args+=("con1=fd:${wire%,*},fd:${wire#*,}")
	if [ "$shell" ]; then
		args+=(con0=fd:0,fd:1 quiet)
	else
		args+=(con0=null,fd:1)
	fi
	printf '%s\n' "${args[@]}"
}

qemu_command() {
	local card args=(qemu-system-x86_64 -accel "tcg${icount:+,thread=single}" -cpu max
		-m "$mem" -smp "$smp" -nographic -nodefaults -no-reboot -serial mon:stdio
		-kernel "/lab/stock/usr/lib/modules/$RELEASE/vmlinuz" -initrd /lab/guest/initramfs
		-virtfs local,path=/,mount_tag=root,security_model=none,readonly=on,multidevs=remap
		-virtfs local,path=/lab/out,mount_tag=out,security_model=none
		-device virtio-rng-pci
		-append "console=ttyS0 oops=panic panic=-1 tsc=reliable ${shell:+quiet }random.trust_cpu=1")

	[ -z "$icount" ] || args+=(-icount shift=0,sleep=off)
	for ((card = 0; card < nics; card++)); do
		args+=(-netdev "hubport,hubid=0,id=nic$card" -device "e1000e,netdev=nic$card")
	done
	printf '%s\n' "${args[@]}"
}

# shown PID FILE: wait until tail, which is that process, has read all of the file.
shown() {
	local fd size tries

	size=$(stat -c %s "$2")
	for ((tries = 0; tries < 100; tries++)); do
		for fd in "/proc/$1/fd/"*; do
			[ "$(readlink "$fd")" = "$2" ] || continue
			[ "$(sed -n 's/^pos:[[:space:]]*//p' "/proc/$1/fdinfo/${fd##*/}")" -lt "$size" ] || return 0
		done
		sleep 0.1
	done
}

# end_if_stuck FOLDER: UML sometimes fails at the very end, when all is written, and then loops for ever.
end_if_stuck() {
	until [ -e "$1/status" ]; do sleep 2; done
	sleep 30
	touch "$1/stuck"
	pkill -f -- "$1:/lab/out"
}

# lab_run FLAVOUR [OPTION...] -- SCRIPT [ARG...]
lab_run() {
	local flavour=${1-} timeout=300 smp=2 nics=0 mem=512M driver=rust travel='' icount='' build=1 shell=''
	local strict=1 leaks=1 wire='' modules=() name dist mounts rundir status=0 tail_pid stuck_pid command ko='' start guest

	[ "$flavour" ] || run_usage
	kernel_make_vars "$flavour" >/dev/null
	shift
	case $flavour in
	kasan) mem=448M ;;
	stock) mem=1G ;;
	esac
	while [ $# -gt 0 ]; do
		case $1 in
		--timeout) timeout=$2 && shift ;;
		--smp) smp=$2 && shift ;;
		--nics) nics=$2 && shift ;;
		--mem) mem=$2 && shift ;;
		--driver) driver=$2 && shift ;;
		--time-travel) travel=yes ;;
		--time-travel=*) travel=${1#*=} ;;
		--icount) icount=1 smp=1 ;;
		--wire) wire=$2 && shift ;;
		--module) modules+=("$2") && shift ;;
		--no-build) build='' ;;
		--quiet-splats) strict='' ;;
		--no-leaks) leaks='' ;;
		--shell) shell=1 ;;
		--) shift && break ;;
		*) run_usage ;;
		esac
		shift
	done
	[ -n "$shell" ] || [ $# -gt 0 ] || run_usage
	[ "$driver" = rust ] || [ "$driver" = c ] || run_usage

	if [ -e "$LAB_CHECKOUT/Kbuild" ]; then
		ko=$(mod_dir "$flavour")/bonding.ko
		if [ "$build" ] || [ ! -e "$ko" ]; then
			ko=$(lab_build "$flavour") || exit 1
		fi
	fi
	dist=$(lab_dist) && KERNEL=$(lab_kernel "$flavour") && guest=$(lab_guest "$flavour") || exit 1
	RELEASE=$(cat "$dist/release")
	rundir=$(mktemp -d "${TMPDIR:-/tmp}/bonding-lab.XXXXXX")
	# The module as it is now: a build of the same checkout may go on meanwhile.
	[ -z "$ko" ] || cp "$ko" "$rundir/"
	for name in ${modules+"${modules[@]}"}; do
		name=$(lab_build_test "$flavour" "$name") || exit 1
		cp "$name" "$rundir/"
	done
	{
		printf 'export LAB_FLAVOUR=%q BOND_DRIVER=%q BOND_C_KO=%q KO_DIR=%q\n' "$flavour" "$driver" \
			"/lab/guest/c/$(ls "$guest/c")" "/lib/modules"
		printf 'export BOND_RUST_KO=%q LAB_CHECKOUT=%q LAB_SHELL=%q\n' \
			"${ko:+/lab/out/bonding.ko}" "$LAB_CHECKOUT" "$shell"
		[ $# -eq 0 ] || printf 'LAB_COMMAND=(%s)\n' "$(printf '%q ' "$@")"
	} >"$rundir/env"
	: >"$rundir/output"
	mounts=("$LAB_TOOLS:/lab/tools:ro" "$dist/stock:/lab/stock:ro" "$dist/src:/lab/src:ro"
		"$guest:/lab/guest:ro" "$guest/modules/lib/modules:/usr/lib/modules:ro"
		"$KERNEL:/lab/kernel/$flavour:ro" "$rundir:/lab/out" "$LAB_CHECKOUT:$LAB_CHECKOUT:ro")
	if [ "$flavour" = stock ]; then
		mapfile -t command < <(qemu_command)
	else
		mapfile -t command < <(uml_command)
	fi
	command=(unshare -m -p -f --kill-child bash "$LAB_TOOLS/lib/enter.sh" "$(lab_root)" "${mounts[@]}" --
		env TMPDIR=/dev/shm "${command[@]}")

	if [ "$shell" ]; then
		"${command[@]}" || status=$?
		rm -rf "$rundir"
		return 0
	fi
	tail -f -n +1 "$rundir/output" &
	tail_pid=$!
	end_if_stuck "$rundir" >/dev/null 2>&1 </dev/null &
	stuck_pid=$!
	# shellcheck disable=SC2064
	trap "kill $tail_pid $stuck_pid 2>/dev/null || :; rm -rf '$rundir'" EXIT
	start=$SECONDS
	timeout --foreground -k 5 "$timeout" "${command[@]}" >"$rundir/console" 2>&1 </dev/null || status=$?
	shown "$tail_pid" "$rundir/output"
	kill "$tail_pid" "$stuck_pid" 2>/dev/null || :
	[ ! -e "$rundir/stuck" ] || echo "# guest $flavour: did not power off, and was killed"
	if [ -s "$rundir/status" ]; then
		status=$(cat "$rundir/status")
	elif [ $status = 124 ] || [ $status = 137 ]; then
		echo "# guest $flavour: killed after $((SECONDS - start)) s (--timeout $timeout)"
		status=124
	else
		echo "# guest $flavour: ended without a result; the end of its console:"
		tail -n 25 "$rundir/console" | sed 's/^/# /'
		status=125
	fi
	if ! scan "$rundir"; then
		echo "# guest $flavour: the kernel complained (above)"
		[ -z "$strict" ] || [ "$status" != 0 ] || status=126
	fi
	if [ -n "${LAB_KEEP-}" ]; then
		mkdir -p "$LAB_KEEP"
		cp -r "$rundir"/{console,dmesg,output,transcripts} "$LAB_KEEP/" 2>/dev/null || :
	fi
	return "$status"
}
