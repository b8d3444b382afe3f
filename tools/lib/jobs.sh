# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Jobs side by side, as many as the machine has processors for; a part of tools/tests.

job_names=() job_loads=() job_needs=() job_readers=() job_commands=() job_states=() job_starts=()
declare -A job_of_pid=() job_numbers=()

# job NAME LOAD NEEDS READER COMMAND [ARG...]: to run once the jobs NEEDS (names, "," between) have
# succeeded. LOAD is the share of a processor that it takes, in percent. When it has ended,
# "READER NAME STATUS LOG" counts what came out.
job() {
	job_numbers[$1]=${#job_names[@]}
	job_names+=("$1")
	job_loads+=("$2")
	job_needs+=("$3")
	job_readers+=("$4")
	job_states+=(waits)
	job_starts+=(0)
	shift 4
	job_commands+=("$(printf '%q ' "$@")")
}

# job_prospect NUMBER: set prospect: ready, if it can begin; never, if one that it needs has failed;
# else later.
job_prospect() {
	local need number IFS=,

	prospect=ready
	for need in ${job_needs[$1]}; do
		number=${job_numbers[$need]-}
		[ "$number" ] || continue
		case ${job_states[number]} in
		good) ;;
		bad) prospect=never && return ;;
		*) prospect=later && return ;;
		esac
	done
}

# job_begin NUMBER: in a process group of its own, so that all of it can be ended.
job_begin() {
	set -m
	{
		set +m
		eval "${job_commands[$1]}"
	} >"$job_logs/$1" 2>&1 </dev/null &
	set +m
	job_of_pid[$!]=$1
	job_states[$1]=runs
	job_starts[$1]=$SECONDS
	job_load=$((job_load + job_loads[$1]))
}

# job_end NUMBER STATUS
job_end() {
	local n=$1 status=$2

	job_load=$((job_load - job_loads[n]))
	job_states[n]=good
	[ "$status" = 0 ] || job_states[n]=bad
	"${job_readers[n]}" "${job_names[n]}" "$status" "$job_logs/$n"
	echo "# ${job_names[n]}: $((SECONDS - job_starts[n])) s"
	rm -f "$job_logs/$n"
}

# job_begin_some: all that can begin now, in order.
job_begin_some() {
	local n prospect

	for n in "${!job_names[@]}"; do
		[ "${job_states[n]}" = waits ] || continue
		job_prospect "$n"
		case $prospect in
		never)
			job_states[n]=bad
			result skip "${job_names[n]}" "what it needs has failed"
			;;
		ready)
			# Whoever takes more than there is runs alone; nobody overtakes it.
			[ "$job_load" = 0 ] || [ $((job_load + job_loads[n])) -le "$job_room" ] || return 0
			job_begin "$n"
			;;
		esac
	done
}

# job_lost: print the process of a job that is none any more.
job_lost() {
	local pid

	for pid in "${!job_of_pid[@]}"; do
		[ -e "/proc/$pid" ] || { echo "$pid" && return; }
	done
	echo none
}

# run_jobs: until none is left.
run_jobs() {
	local pid status n

	job_logs=$(mktemp -d)
	job_load=0 job_room=$((100 * $(nproc)))
	trap end_jobs EXIT
	trap 'exit 130' INT TERM
	job_begin_some
	while [ ${#job_of_pid[@]} -gt 0 ]; do
		status=0
		wait -n -p pid "${!job_of_pid[@]}" || status=$?
		# One that was killed while another was read is not waited for any more.
		[ "${pid-}" ] || pid=$(job_lost)
		n=${job_of_pid[$pid]-}
		[ "$n" ] || continue
		unset "job_of_pid[$pid]"
		job_end "$n" "$status"
		job_begin_some
	done
}

# Nothing may go on when the tests are interrupted.
end_jobs() {
	local pid

	for pid in "${!job_of_pid[@]}"; do kill -TERM -- "-$pid" 2>/dev/null; done
	rm -rf "$job_logs"
}
