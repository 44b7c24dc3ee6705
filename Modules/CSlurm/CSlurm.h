/*
 * All of libslurm that fleet uses, for Swift.
 *
 * Five kinds of things stand here, because Swift cannot see them or because Slurm's releases differ:
 *   1. sentinels        values that mean "none" or "unlimited"
 *   2. flags            SLURM_BIT() macros and literals, as typed constants
 *   3. calls            return 0 or an errno, so that Swift never reads errno itself
 *   4. moved fields     one accessor for a field whose place or type changes by release (CSlurmFields.h)
 *   5. spellings        types that are pointers in one release and structs in the next
 * Swift code holds no raw Slurm macro and no condition on Slurm's version: both belong here.
 * Checked against Slurm 22.05, 24.11 and 26.05 by scripts/check-slurm-headers.
 */
#ifndef FLEET_CSLURM_H
#define FLEET_CSLURM_H

#include <errno.h>
#include <malloc.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <slurm/slurm.h>
#include <slurm/slurm_errno.h>

#define CSLURM_AT_LEAST(major, minor) \
  (SLURM_VERSION_NUMBER >= SLURM_VERSION_NUM(major, minor, 0))

/* The release these headers belong to, for `fleet --version`. */
static const uint32_t cslurm_version_number = SLURM_VERSION_NUMBER;

/* The prefix that SLURM_PREFIX named at build time; empty for a Slurm in /usr. */
#ifndef CSLURM_PREFIX
#define CSLURM_PREFIX ""
#endif
static inline const char *cslurm_prefix(void) { return CSLURM_PREFIX; }

/* ---- 1. sentinels ------------------------------------------------------------------------- */
static const uint32_t cslurm_no_val = NO_VAL;
static const uint64_t cslurm_no_val64 = NO_VAL64;
static const uint32_t cslurm_infinite = INFINITE;
static const uint16_t cslurm_no_val16 = NO_VAL16;
static const uint16_t cslurm_infinite16 = INFINITE16;
/* Set in a partition's memory limits that count for each CPU; clear in those for each node. */
static const uint64_t cslurm_mem_per_cpu = MEM_PER_CPU;
/* Set in max_share where jobs share resources whether they say so or not. */
static const uint16_t cslurm_shared_force = SHARED_FORCE;
/* Nothing changed since the load that update_time names: keep what you have. */
static const int32_t cslurm_no_change = SLURM_NO_CHANGE_IN_DATA;
/* No controller takes a connection. */
static const int32_t cslurm_no_connection = SLURMCTLD_COMMUNICATIONS_CONNECTION_ERROR;

/* ---- 2. flags ----------------------------------------------------------------------------- */
static const uint32_t cslurm_node_base_mask = NODE_STATE_BASE;
static const uint32_t cslurm_node_unknown = NODE_STATE_UNKNOWN;
static const uint32_t cslurm_node_down = NODE_STATE_DOWN;
static const uint32_t cslurm_node_idle = NODE_STATE_IDLE;
static const uint32_t cslurm_node_allocated = NODE_STATE_ALLOCATED;
static const uint32_t cslurm_node_error = NODE_STATE_ERROR;
static const uint32_t cslurm_node_mixed = NODE_STATE_MIXED;
static const uint32_t cslurm_node_future = NODE_STATE_FUTURE;

/* Bit 4 is NET up to 22.05, unused in 24.x, EXTERNAL from 25.05: 0 where the release has none. */
#ifdef NODE_STATE_NET
static const uint32_t cslurm_node_net = NODE_STATE_NET;
#else
static const uint32_t cslurm_node_net = 0;
#endif
#ifdef NODE_STATE_EXTERNAL
static const uint32_t cslurm_node_external = NODE_STATE_EXTERNAL;
#else
static const uint32_t cslurm_node_external = 0;
#endif
#ifdef NODE_STATE_BLOCKED
static const uint32_t cslurm_node_blocked = NODE_STATE_BLOCKED;
#else
static const uint32_t cslurm_node_blocked = 0;
#endif
#ifdef NODE_STATE_DYNAMIC_NORM
static const uint32_t cslurm_node_dynamic_norm = NODE_STATE_DYNAMIC_NORM;
#else
static const uint32_t cslurm_node_dynamic_norm = 0;
#endif
#ifdef NODE_STATE_DYNAMIC_FUTURE
static const uint32_t cslurm_node_dynamic_future = NODE_STATE_DYNAMIC_FUTURE;
#else
static const uint32_t cslurm_node_dynamic_future = 0;
#endif
static const uint32_t cslurm_node_reserved = NODE_STATE_RES;
static const uint32_t cslurm_node_undrain = NODE_STATE_UNDRAIN;
static const uint32_t cslurm_node_cloud = NODE_STATE_CLOUD;
static const uint32_t cslurm_node_resume = NODE_RESUME;
static const uint32_t cslurm_node_drain = NODE_STATE_DRAIN;
static const uint32_t cslurm_node_completing = NODE_STATE_COMPLETING;
static const uint32_t cslurm_node_not_responding = NODE_STATE_NO_RESPOND;
static const uint32_t cslurm_node_powered_down = NODE_STATE_POWERED_DOWN;
static const uint32_t cslurm_node_fail = NODE_STATE_FAIL;
static const uint32_t cslurm_node_powering_up = NODE_STATE_POWERING_UP;
static const uint32_t cslurm_node_maintenance = NODE_STATE_MAINT;
static const uint32_t cslurm_node_reboot_requested = NODE_STATE_REBOOT_REQUESTED;
static const uint32_t cslurm_node_reboot_cancel = NODE_STATE_REBOOT_CANCEL;
static const uint32_t cslurm_node_powering_down = NODE_STATE_POWERING_DOWN;
static const uint32_t cslurm_node_reboot_issued = NODE_STATE_REBOOT_ISSUED;
static const uint32_t cslurm_node_planned = NODE_STATE_PLANNED;
static const uint32_t cslurm_node_invalid_registration = NODE_STATE_INVALID_REG;
static const uint32_t cslurm_node_power_down = NODE_STATE_POWER_DOWN;
static const uint32_t cslurm_node_power_up = NODE_STATE_POWER_UP;
static const uint32_t cslurm_node_power_drain = NODE_STATE_POWER_DRAIN;

static const uint32_t cslurm_job_base_mask = JOB_STATE_BASE;
static const uint32_t cslurm_job_pending = JOB_PENDING;
static const uint32_t cslurm_job_running = JOB_RUNNING;
static const uint32_t cslurm_job_suspended = JOB_SUSPENDED;
static const uint32_t cslurm_job_complete = JOB_COMPLETE;
static const uint32_t cslurm_job_cancelled = JOB_CANCELLED;
static const uint32_t cslurm_job_failed = JOB_FAILED;
static const uint32_t cslurm_job_timeout = JOB_TIMEOUT;
static const uint32_t cslurm_job_node_fail = JOB_NODE_FAIL;
static const uint32_t cslurm_job_preempted = JOB_PREEMPTED;
static const uint32_t cslurm_job_boot_fail = JOB_BOOT_FAIL;
static const uint32_t cslurm_job_deadline = JOB_DEADLINE;
static const uint32_t cslurm_job_out_of_memory = JOB_OOM;
static const uint32_t cslurm_job_launch_failed = JOB_LAUNCH_FAILED;
static const uint32_t cslurm_job_completing = JOB_COMPLETING;
static const uint32_t cslurm_job_configuring = JOB_CONFIGURING;

static const uint32_t cslurm_partition_default = PART_FLAG_DEFAULT;
static const uint32_t cslurm_partition_hidden = PART_FLAG_HIDDEN;
static const uint32_t cslurm_partition_no_root = PART_FLAG_NO_ROOT;
static const uint32_t cslurm_partition_root_only = PART_FLAG_ROOT_ONLY;
static const uint32_t cslurm_partition_requires_reservation = PART_FLAG_REQ_RESV;
static const uint32_t cslurm_partition_least_loaded = PART_FLAG_LLN;
static const uint32_t cslurm_partition_exclusive_user = PART_FLAG_EXCLUSIVE_USER;
#ifdef PART_FLAG_PDOI
static const uint32_t cslurm_partition_power_down_on_idle = PART_FLAG_PDOI;
#else
static const uint32_t cslurm_partition_power_down_on_idle = 0;
#endif
#ifdef PART_FLAG_EXCLUSIVE_TOPO
static const uint32_t cslurm_partition_exclusive_topology = PART_FLAG_EXCLUSIVE_TOPO;
#else
static const uint32_t cslurm_partition_exclusive_topology = 0;
#endif
static const uint32_t cslurm_partition_up = PARTITION_UP;
static const uint32_t cslurm_partition_down = PARTITION_DOWN;
static const uint32_t cslurm_partition_drain = PARTITION_DRAIN;
static const uint32_t cslurm_partition_inactive = PARTITION_INACTIVE;

static const uint64_t cslurm_reservation_maintenance = RESERVE_FLAG_MAINT;

/* ---- 3. calls ----------------------------------------------------------------------------- */

/* glibc: no heap of their own for threads. */
static inline void cslurm_share_one_heap(void) {
#ifdef M_ARENA_MAX
  mallopt(M_ARENA_MAX, 1);
#endif
}

/* libslurm's answer as 0 or the errno that says why; never "failed with 0". */
static inline int cslurm_result(int rc) {
  if (rc == SLURM_SUCCESS) return 0;
  if (errno) return errno;
  return rc > 0 ? rc : SLURM_ERROR;
}

/* SHOW_DETAIL fills gres_used; without SHOW_MIXED a mixed node reads ALLOCATED up to 24.11. */
static inline int cslurm_load_nodes(node_info_msg_t **out, time_t since) {
  errno = 0;
  return cslurm_result(slurm_load_node(since, out, SHOW_ALL | SHOW_DETAIL | SHOW_MIXED));
}

static inline int cslurm_load_partitions(partition_info_msg_t **out, time_t since) {
  errno = 0;
  return cslurm_result(slurm_load_partitions(since, out, SHOW_ALL));
}

static inline int cslurm_load_user_jobs(job_info_msg_t **out, uint32_t user) {
  errno = 0;
  return cslurm_result(slurm_load_job_user(out, user, SHOW_ALL));
}

static inline int cslurm_load_jobs(job_info_msg_t **out) {
  errno = 0;
  return cslurm_result(slurm_load_jobs((time_t)0, out, SHOW_ALL));
}

static inline int cslurm_load_reservations(reserve_info_msg_t **out) {
  errno = 0;
  return cslurm_result(slurm_load_reservations((time_t)0, out));
}

static inline int cslurm_load_configuration(slurm_conf_t **out) {
  errno = 0;
  return cslurm_result(slurm_load_ctl_conf((time_t)0, out));
}

/* slurm_free_ctl_conf does not reach Swift in every release, and has another name from 26.05 on. */
static inline void cslurm_free_configuration(slurm_conf_t *configuration) {
#if CSLURM_AT_LEAST(26, 5)
  slurm_free_conf(configuration);
#else
  slurm_free_ctl_conf(configuration);
#endif
}

/* What sinfo and scontrol write is what these write. Every libslurm from 22.05 to 26.05 exports them, though
 * slurm.h declares none; the first two and the mode answer with texts that are never freed, and none of them is
 * for two threads at once. */
extern char *slurm_node_state_string(uint32_t state);
extern char *slurm_node_state_string_compact(uint32_t state);
extern char *slurm_node_state_string_complete(uint32_t state);
extern char *slurm_preempt_mode_string(uint16_t mode);
extern void slurm_xfree(void **text);

/* Frees a text that libslurm made for its caller. */
static inline void cslurm_free(char *text) {
  void *pointer = text;
  slurm_xfree(&pointer);
}

/* The user that slurmctld runs as (SlurmUser). */
static inline int cslurm_slurm_user(uint32_t *user) {
  slurm_conf_t *configuration = NULL;
  int rc = cslurm_load_configuration(&configuration);
  if (rc == 0 && configuration) {
    *user = configuration->slurm_user_id;
    cslurm_free_configuration(configuration);
  }
  return rc;
}

/* One node; without the partitions that hold it. */
static inline int cslurm_load_node(node_info_msg_t **out, const char *name) {
  errno = 0;
  return cslurm_result(
      slurm_load_node_single(out, (char *)name, SHOW_ALL | SHOW_DETAIL | SHOW_MIXED));
}

static const int32_t cslurm_no_such_node = ESLURM_INVALID_NODE_NAME;

/* A node update's resume_after came with 23.02. */
static const bool cslurm_has_resume_after = CSLURM_AT_LEAST(23, 2);

/* One node's new state (NO_VAL: none), reason (NULL: none), and seconds after which slurmctld resumes it (0: never). */
static inline int cslurm_update_node(const char *name, uint32_t state, const char *reason,
                                     uint32_t resume_after) {
  update_node_msg_t update;
  slurm_init_update_node_msg(&update);
  update.node_names = (char *)name;
  update.node_state = state;
  update.reason = (char *)reason;
#if CSLURM_AT_LEAST(23, 2)
  if (resume_after) update.resume_after = resume_after;
#else
  (void)resume_after;
#endif
  errno = 0;
  return cslurm_result(slurm_update_node(&update));
}

/* One job to its end, by number; 0 also where the job had already ended. */
static inline int cslurm_kill_job(uint32_t job) {
  char text[16];
  errno = 0;
  snprintf(text, sizeof text, "%u", job);
  int rc = cslurm_result(slurm_kill_job2(text, 9 /* SIGKILL */, 0, NULL));
  return rc == ESLURM_ALREADY_DONE ? 0 : rc;
}

/* A single-node batch job as fleet submits it; every field of job_desc_msg_t that is not named
 * here keeps slurm_init_job_desc_msg's value. */
typedef struct {
  const char *name;
  const char *node;
  const char *partition;          /* NULL: Slurm's default */
  const char *script;             /* starts with #! */
  const char *work_directory;
  const char *output_path;
  const char *const *environment; /* NAME=VALUE */
  uint32_t environment_count;
  uint32_t time_limit_minutes;
  time_t deadline;                /* 0: none */
  uint64_t memory_mib;            /* 0: the partition's default */
  const char *gres;               /* for example "gpu:h100:8"; NULL: none */
  const char *account;            /* NULL: the user's default; likewise the next two */
  const char *qos;
  const char *reservation;
  bool exclusive;
  uint32_t user;
  uint32_t group;
} cslurm_batch_job;

/* "gres:gpu:4" up to 23.02, "gres/gpu:4" since 23.11 (sbatch writes the same). */
static inline char *cslurm_tres_of_gres(const char *gres) {
#if CSLURM_AT_LEAST(23, 11)
  const char *prefix = "gres/";
#else
  const char *prefix = "gres:";
#endif
  size_t size = strlen(prefix) + strlen(gres) + 1;
  char *text = (char *)malloc(size);
  if (text) snprintf(text, size, "%s%s", prefix, gres);
  return text;
}

static inline uint32_t cslurm_submitted_job(const submit_response_msg_t *answer) {
#if CSLURM_AT_LEAST(25, 11)
  return answer->step_id.job_id;
#else
  return answer->job_id;
#endif
}

static inline int cslurm_submit(const cslurm_batch_job *job, uint32_t *id) {
  job_desc_msg_t description;
  slurm_init_job_desc_msg(&description);
  char *tres = job->gres ? cslurm_tres_of_gres(job->gres) : NULL;
  description.name = (char *)job->name;
  description.req_nodes = (char *)job->node;
  description.partition = (char *)job->partition;
  description.script = (char *)job->script;
  description.work_dir = (char *)job->work_directory;
  description.std_in = (char *)"/dev/null";
  description.std_out = (char *)job->output_path;
  description.environment = (char **)job->environment;
  description.env_size = job->environment_count;
  description.time_limit = job->time_limit_minutes;
  description.user_id = job->user;
  description.group_id = job->group;
  description.min_nodes = 1;
  description.max_nodes = 1;
  description.num_tasks = 1;
  description.min_cpus = 1;
  description.requeue = 0;
  description.kill_on_node_fail = 1;
  if (job->deadline) description.deadline = job->deadline;
  if (job->memory_mib) description.pn_min_memory = job->memory_mib;
  if (tres) description.tres_per_node = tres;
  description.account = (char *)job->account;
  description.qos = (char *)job->qos;
  description.reservation = (char *)job->reservation;
  if (job->exclusive) description.shared = JOB_SHARED_NONE;

  submit_response_msg_t *answer = NULL;
  errno = 0;
  int rc = cslurm_result(slurm_submit_batch_job(&description, &answer));
  if (answer) {
    *id = cslurm_submitted_job(answer);
    slurm_free_submit_response_response_msg(answer);
  }
  free(tres);
  return rc;
}

#include "CSlurmFields.h"

/* ---- 5. spellings ------------------------------------------------------------------------- */
/* hostlist_t is a pointer before 23.11 and what it points to from then on. One type for both: Swift sees the same module in every
 * release, so that what imports SlurmKit is compiled once for all of them. */
typedef void *cslurm_hostlist;

static inline cslurm_hostlist cslurm_hostlist_create(const char *text) {
  errno = 0;
  return slurm_hostlist_create(text);
}
static inline int cslurm_hostlist_count(cslurm_hostlist list) { return slurm_hostlist_count(list); }
static inline char *cslurm_hostlist_shift(cslurm_hostlist list) {
  return slurm_hostlist_shift(list);
}
static inline int cslurm_hostlist_push(cslurm_hostlist list, const char *name) {
  return slurm_hostlist_push_host(list, name);
}
static inline ssize_t cslurm_hostlist_fold(cslurm_hostlist list, size_t size, char *buffer) {
  return slurm_hostlist_ranged_string(list, size, buffer);
}
/* Sorts by name, then by number, and drops what is there twice. */
static inline void cslurm_hostlist_uniq(cslurm_hostlist list) { slurm_hostlist_uniq(list); }
static inline void cslurm_hostlist_destroy(cslurm_hostlist list) { slurm_hostlist_destroy(list); }

#endif
