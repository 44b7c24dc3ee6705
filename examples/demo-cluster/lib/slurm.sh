# shellcheck shell=bash disable=SC2034,SC2154  # variables are shared between the parts of `cluster`
# Slurm itself: where its programs are, its configuration, and its daemons on the host.

# find_programs: sets slurmctld, slurmd, sinfo and, for a prefix, the variables that Slurm needs there.
find_programs() {
    local -a missing=()
    slurm_libraries='' slurm_plugins='' slurm_stepd=''
    if [[ -n $slurm_prefix ]]; then
        find_prefix
    else
        slurmctld=$(type -P slurmctld) || missing+=(slurmctld)
        slurmd=$(type -P slurmd) || missing+=(slurmd)
        sinfo=$(type -P sinfo) || missing+=(slurm-client)
    fi
    if [[ $accounting == yes ]]; then find_accounting; fi
    type -P munged >/dev/null || missing+=(munge)
    type -P unshare nsenter flock runuser setsid >/dev/null || missing+=(util-linux)
    type -P useradd >/dev/null || missing+=(passwd)
    if [[ $light == no ]]; then
        type -P sudo >/dev/null || missing+=(sudo)
        type -P apt-get >/dev/null || missing+=(apt)
        type -P dpkg-deb >/dev/null || missing+=(dpkg)
        type -P apt-ftparchive >/dev/null || missing+=(apt-utils)
        # The stand-in for Lustre mounts a file system of its own.
        type -P mkfs.ext4 >/dev/null || missing+=(e2fsprogs)
        # In a package of its own from Debian 14 on.
        type -P pivot_root >/dev/null || missing+=(util-linux-extra)
    fi
    if ((${#missing[@]} > 0)); then
        say "something is missing. Install it with: apt-get install ${missing[*]}"
        exit "$exit_unavailable"
    fi
}

find_in_prefix() {
    local candidate
    # Debian's packages contain slurmd-wlm; the link slurmd exists only after their installation.
    for candidate in "$slurm_prefix"/{sbin,bin,usr/sbin,usr/bin}/"$1"{,-wlm}; do
        if [[ -x $candidate ]]; then
            printf '%s' "$candidate"
            return
        fi
    done
    say "there is no $1 in $slurm_prefix/{bin,sbin} or $slurm_prefix/usr/{bin,sbin}"
    exit "$exit_unavailable"
}

find_prefix() {
    local auth libraries
    slurm_prefix=$(realpath -- "$slurm_prefix")
    slurmctld=$(find_in_prefix slurmctld)
    slurmd=$(find_in_prefix slurmd)
    sinfo=$(find_in_prefix sinfo)
    slurm_stepd=$(find_in_prefix slurmstepd)
    auth=$(find "$slurm_prefix" -name auth_munge.so -print -quit)
    [[ -n $auth ]] || die "there is no auth_munge.so below $slurm_prefix"
    slurm_plugins=$(dirname "$auth")
    slurm_libraries=$slurm_plugins
    libraries=$(find "$slurm_prefix" -name 'libslurm.so*' -print -quit)
    if [[ -n $libraries ]]; then slurm_libraries+=:$(dirname "$libraries"); fi
}

# Slurm's programs must not get the caller's environment, because it would reach every job.
slurm_environment() {
    local path=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
    if [[ -n $slurm_libraries ]]; then path=$(dirname "$sinfo"):$path; fi
    environment=(env -i "PATH=$path" LANG=C.UTF-8 "SLURM_CONF=$cluster/etc/slurm.conf")
    if [[ -n $slurm_libraries ]]; then environment+=("LD_LIBRARY_PATH=$slurm_libraries"); fi
}

# check_conf_line LINE: checks a line of --conf. `cluster` itself depends on the keys that are refused.
check_conf_line() {
    local key=${1%%=*}
    [[ $1 =~ ^[A-Za-z][A-Za-z0-9]*= && $1 != *$'\n'* ]] ||
        usage_error "--conf is one line KEY=VALUE of slurm.conf: '$1'"
    case ${key,,} in
    authinfo | slurmctldhost | slurmctldport | slurmdspooldir | slurmuser)
        usage_error "--conf: $key is the demo cluster's own"
        ;;
    esac
}

# merge_conf: copies standard input and adds the lines of --conf. A line with the same key is dropped, except for keys
# that may occur several times. As in Slurm, upper and lower case are the same in a key.
merge_conf() {
    local line key given=' '
    ((${#conf_lines[@]} > 0)) || exec cat
    for line in "${conf_lines[@]}"; do
        key=${line%%=*}
        case ${key,,} in
        nodename | nodeset | partitionname | downnodes) ;;
        *) given+="${key,,} " ;;
        esac
    done
    while IFS= read -r line; do
        key=${line%%=*}
        [[ $given == *" ${key,,} "* ]] || printf '%s\n' "$line"
    done
    printf '%s\n' "${conf_lines[@]}"
}

write_slurm_conf() {
    local half=$(((nodes + 1) / 2)) slurmd_timeout=30 message_timeout=5 gres='' range=$((port_base + 1))
    local max_jobs=10000 return_to_service=2 parallel='' partition proctrack=linuxproc task=none
    partition=$(first_partition)
    if [[ $parallelcluster == yes ]]; then return_to_service=1 parallel=yes; fi
    ((half < nodes || nodes == 1)) || half=$((nodes - 1))
    if [[ $light == yes ]]; then
        slurmd_timeout=300
        # Slurm's default of 10000 also counts finished jobs, for minutes: ten runs on 1,000 nodes would reach it.
        max_jobs=100000
    fi
    # All nodes share this machine's few cores, so an action of hundreds of nodes at once takes seconds.
    if ((nodes > 64)); then message_timeout=$((10 + nodes / 50)); fi
    if [[ $cgroup == yes ]]; then proctrack=cgroup task=cgroup; fi
    if ((gpus > 0)); then gres="Gres=gpu:a10g:$gpus"; fi
    if ((nodes > 1)); then range="[$range-$((port_base + nodes))]"; fi
    cat <<CONF
# Written by examples/demo-cluster/cluster; gone after 'cluster down --name $name'.
ClusterName=$name
SlurmctldHost=$(hostname -s)(127.0.0.1)
$(controllers_conf)
SlurmctldPort=$port_base
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket=$cluster/run/munge.socket
CommunicationParameters=NoCtldInAddrAny,NoInAddrAny${parallel:+,NoAddrCache}
${parallel:+PrivateData=CLOUD}
StateSaveLocation=$cluster/state
SlurmdSpoolDir=$cluster/nodes/%n/spool
SlurmctldPidFile=$cluster/run/slurmctld.daemon-pid
SlurmdPidFile=$cluster/nodes/%n/slurmd.daemon-pid
SlurmctldLogFile=$cluster/log/slurmctld.log
SlurmdLogFile=$cluster/log/slurmd-%n.log
${slurm_plugins:+PluginDir=$slurm_plugins}
MailProg=/bin/true
MpiDefault=none
ProctrackType=proctrack/$proctrack
TaskPlugin=task/$task
SwitchType=switch/none
JobCompType=jobcomp/none
ReturnToService=$return_to_service
# Short, so that a test of a dead node need not wait long. Real clusters use 10, 10 and 300 or more.
MessageTimeout=$message_timeout
BatchStartTimeout=$message_timeout
SlurmdTimeout=$slurmd_timeout
KillWait=5
MaxJobCount=$max_jobs
SchedulerType=sched/backfill
$(scheduler_conf)
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SlurmdParameters=config_overrides
${gres:+GresTypes=gpu}
NodeName=$(node_range "$nodes") NodeHostname=localhost NodeAddr=127.0.0.1 Port=$range CPUs=8 RealMemory=32000 $gres State=UNKNOWN
PartitionName=$partition Default=YES Nodes=ALL MaxTime=INFINITE State=UP
PartitionName=small Nodes=$(node_range "$half") MaxTime=INFINITE State=UP
CONF
}

scheduler_conf() {
    # ParallelCluster keeps Slurm's default: submissions are collected for up to 3 s.
    if [[ $parallelcluster == yes ]]; then return; fi
    printf '# Start queued jobs at once: the default collects submissions for up to 3 s.\n'
    printf 'SchedulerParameters=batch_sched_delay=0\n'
}

node_range() {
    if (($1 == 1)); then printf '%s1' "$(node_prefix)"; else printf '%s[1-%d]' "$(node_prefix)" "$1"; fi
}

write_configuration() {
    local etc=$cluster/etc index
    write_slurm_conf | merge_conf >"$etc/slurm.conf"
    printf 'AutoDetect=off\n' >"$etc/gres.conf"
    if ((gpus > 0)); then
        # Slurm accepts the GPU count only with a File= per GPU; any file will do where no cgroup protects it.
        local files=$cluster/gpu/gpu
        if [[ $cgroup == yes ]]; then files=/dev/nvidia; fi
        for ((index = 0; index < gpus; index++)); do : >"$cluster/gpu/gpu$index"; done
        if ((gpus == 1)); then files+=0; else files+="[0-$((gpus - 1))]"; fi
        printf 'Name=gpu Type=a10g File=%s\n' "$files" >>"$etc/gres.conf"
    fi
    if [[ $cgroup == yes ]]; then write_cgroup_conf; else forbid_cgroups; fi
    if [[ $parallelcluster == yes ]]; then write_clustermgtd_conf; fi
    cat >"$etc/fleet.yaml" <<YAML
run_directory: $base/home/{user}/.fleet/runs
mount:
  filesystem_types: [tmpfs, fuse, ext4]   # the stand-in for Lustre below mount(8)
YAML
}

# From 23.11 on, slurmd sets up cgroups unless it is kept from it: 24.05 brought the word for that, which 23.11 fails at; the plugin for
# cgroup v1 does nothing before a job asks for it. Earlier releases need neither.
forbid_cgroups() {
    local version release=0
    local -a environment
    slurm_environment
    version=$("${environment[@]}" "$slurmctld" -V)
    version=${version##* }
    if [[ $version =~ ^([0-9]+)\.0?([0-9]+) ]]; then release=$((BASH_REMATCH[1] * 100 + BASH_REMATCH[2])); fi
    if ((release >= 2405)); then
        printf 'CgroupPlugin=disabled\n' >"$cluster/etc/cgroup.conf"
    elif ((release >= 2311)); then
        printf 'CgroupPlugin=cgroup/v1\n' >"$cluster/etc/cgroup.conf"
    fi
}

# start_daemon NAME COMMAND...: starts it in a session of its own, recorded in run/NAME.pid.
start_daemon() {
    local daemon=$1
    shift
    (
        record_self "$cluster/run/$daemon.pid"
        exec setsid "$@"
    ) </dev/null >"$cluster/log/$daemon.out" 2>&1 &
    daemon_pid=$!
    # Without this, the shell would wait for it together with the others, and report its end.
    disown
}

start_munged() {
    local key=$cluster/etc/munge.key
    (umask 077 && head -c 1024 /dev/urandom >"$key")
    start_daemon munged env -i PATH=/usr/sbin:/usr/bin munged --force --foreground --num-threads=4 \
        --key-file="$key" --socket="$cluster/run/munge.socket" --pid-file="$cluster/run/munged.daemon-pid" \
        --log-file="$cluster/log/munged.log" --seed-file="$cluster/run/munged.seed"
    await "munged" "$cluster/log/munged.out" test -S "$cluster/run/munge.socket"
}

start_slurmctld() {
    local -a environment
    slurm_environment
    start_daemon slurmctld "${environment[@]}" "$slurmctld" -D
    await "slurmctld" "$cluster/log/slurmctld.out" port_answers
}

# stop_slurmctld: sends TERM, on which it saves its state; kills it if it does not end within 10 s.
stop_slurmctld() {
    local file=$cluster/run/slurmctld.pid
    kill_recorded TERM "$file"
    # A stopped process would not get the signal, so it is continued first.
    kill_recorded CONT "$file"
    await_end 10 "$file" || end_recorded "$file"
}

restart_slurmctld() {
    if recorded_pid "$cluster/run/slurmctld.pid"; then die "slurmctld is running already (pid $REPLY)"; fi
    start_slurmctld
}

# port_answers [ADDRESS]
port_answers() { (: <"/dev/tcp/${1:-127.0.0.1}/$port_base") 2>/dev/null; }

# await WHAT LOG COMMAND...: repeats the command until it succeeds, for at most 15 s (await_seconds), or until the daemon has ended.
await() {
    local what=$1 log=$2 deadline=$((SECONDS + ${await_seconds:-15}))
    shift 2
    until "$@"; do
        if ((SECONDS >= deadline)) || ! process_start "$daemon_pid"; then
            fail_with_log "$what did not start" "$log"
        fi
        sleep 0.02
    done
}

# fail_with_log MESSAGE LOG: prints the end of the log, because `up` removes the file when it cleans up.
fail_with_log() {
    say "$1; the end of $2:"
    tail -n 15 "$2" >&2 || :
    exit 1
}
