/* ---- 4. moved fields: those that Slurm's releases keep in other places, under other names, or lack. Part of CSlurm.h,
 * which includes it. */
#ifndef CSLURM_FIELDS_H
#define CSLURM_FIELDS_H

static inline uint32_t cslurm_node_allocated_cpus(const node_info_t *node) {
#if CSLURM_AT_LEAST(25, 5)
  return node->alloc_cpus;
#else
  uint16_t cpus = 0;
  if (node->select_nodeinfo)
    slurm_get_select_nodeinfo(node->select_nodeinfo, SELECT_NODEDATA_SUBCNT,
                              NODE_STATE_ALLOCATED, &cpus);
  return cpus;
#endif
}

static inline uint64_t cslurm_node_allocated_memory(const node_info_t *node) {
#if CSLURM_AT_LEAST(25, 5)
  return node->alloc_memory;
#else
  uint64_t memory = 0;
  if (node->select_nodeinfo)
    slurm_get_select_nodeinfo(node->select_nodeinfo, SELECT_NODEDATA_MEM_ALLOC,
                              NODE_STATE_ALLOCATED, &memory);
  return memory;
#endif
}

/* NULL where nothing is allocated; *owned is for cslurm_free, whether it is NULL or not. */
static inline const char *cslurm_node_allocated_tres(const node_info_t *node, char **owned) {
  *owned = NULL;
#if CSLURM_AT_LEAST(25, 5)
  return node->alloc_tres_fmt_str;
#else
  if (node->select_nodeinfo)
    slurm_get_select_nodeinfo(node->select_nodeinfo, SELECT_NODEDATA_TRES_ALLOC_FMT_STR,
                              NODE_STATE_ALLOCATED, owned);
  return *owned;
#endif
}

static inline time_t cslurm_node_resume_after(const node_info_t *node) {
#if CSLURM_AT_LEAST(23, 2)
  return node->resume_after;
#else
  (void)node;
  return 0;
#endif
}

static inline const char *cslurm_node_reservation(const node_info_t *node) {
#if CSLURM_AT_LEAST(23, 2)
  return node->resv_name;
#else
  (void)node;
  return NULL;
#endif
}

static inline const char *cslurm_node_instance_id(const node_info_t *node) {
#if CSLURM_AT_LEAST(23, 11)
  return node->instance_id;
#else
  (void)node;
  return NULL;
#endif
}

static inline const char *cslurm_node_instance_type(const node_info_t *node) {
#if CSLURM_AT_LEAST(23, 11)
  return node->instance_type;
#else
  (void)node;
  return NULL;
#endif
}

/* The cores of GPUs: NO_VAL16 and NULL where the release has none. */
static inline uint16_t cslurm_node_cores_per_gpu(const node_info_t *node) {
#if CSLURM_AT_LEAST(24, 5)
  return node->res_cores_per_gpu;
#else
  (void)node;
  return NO_VAL16;
#endif
}

static inline const char *cslurm_node_gpu_cores(const node_info_t *node) {
#if CSLURM_AT_LEAST(24, 5)
  return node->gpu_spec;
#else
  (void)node;
  return NULL;
#endif
}

static inline const char *cslurm_node_topology(const node_info_t *node) {
#if CSLURM_AT_LEAST(25, 5)
  return node->topology_str;
#else
  (void)node;
  return NULL;
#endif
}

/* Seconds; NO_VAL where the release has none. */
static inline uint32_t cslurm_node_suspend_time(const node_info_t *node) {
#if CSLURM_AT_LEAST(26, 5)
  return node->suspend_time;
#else
  (void)node;
  return NO_VAL;
#endif
}

/* Watts; NO_VAL without energy accounting. */
static inline uint32_t cslurm_node_watts(const node_info_t *node) {
  return node->energy ? node->energy->current_watts : NO_VAL;
}

static inline uint32_t cslurm_partition_cpus_per_socket(const partition_info_t *partition) {
#if CSLURM_AT_LEAST(23, 2)
  return partition->max_cpus_per_socket;
#else
  (void)partition;
  return INFINITE;
#endif
}

static inline const char *cslurm_partition_topology(const partition_info_t *partition) {
#if CSLURM_AT_LEAST(25, 5)
  return partition->topology_name;
#else
  (void)partition;
  return NULL;
#endif
}

static inline uint32_t cslurm_partition_flags(const partition_info_t *partition) {
  return partition->flags;
}

static inline uint32_t cslurm_job_id(const job_info_t *job) {
#if CSLURM_AT_LEAST(25, 11)
  return job->step_id.job_id;
#else
  return job->job_id;
#endif
}

/* Why a job waits or failed, in words; NULL for "no reason" and for reasons fleet has no words for. */
static inline const char *cslurm_job_reason(const job_info_t *job) {
  switch ((int)job->state_reason) {
    case WAIT_PRIORITY: return "other jobs have a higher priority";
    case WAIT_DEPENDENCY: return "it depends on another job";
    case WAIT_RESOURCES: return "its resources are in use";
    case WAIT_PART_NODE_LIMIT: return "partition's node limit";
    case WAIT_PART_TIME_LIMIT: return "partition's time limit is shorter";
    case WAIT_PART_DOWN: return "partition is down";
    case WAIT_PART_INACTIVE: return "partition is inactive";
    case WAIT_HELD: return "held by an administrator";
    case WAIT_HELD_USER: return "held by its user";
    case WAIT_TIME: return "begin time not reached";
    case WAIT_LICENSES: return "waiting for licenses";
    case WAIT_RESERVATION: return "waiting for a reservation";
    case WAIT_NODE_NOT_AVAIL: return "node not available: down, drained or reserved";
    case WAIT_QOS_THRES: return "a required QOS threshold was crossed";
    case WAIT_QOS_JOB_LIMIT: return "QOS job limit";
    case WAIT_QOS_RESOURCE_LIMIT: return "QOS resource limit";
    case WAIT_QOS_TIME_LIMIT: return "QOS time limit";
    case WAIT_QOS: return "QOS does not allow it";
    case WAIT_ACCOUNT: return "account does not allow it";
    case WAIT_ASSOC_JOB_LIMIT: return "association's job limit";
    case WAIT_ASSOC_RESOURCE_LIMIT: return "association's resource limit";
    case WAIT_ASSOC_TIME_LIMIT: return "association's time limit";
    case FAIL_DOWN_PARTITION: return "partition went down";
    case FAIL_DOWN_NODE: return "node went down";
    case FAIL_BAD_CONSTRAINTS: return "constraints cannot be satisfied";
    case FAIL_SYSTEM: return "Slurm system failure";
    case FAIL_LAUNCH: return "slurmd could not launch it";
    case FAIL_EXIT_CODE: return "its script ended with an error";
    case FAIL_TIMEOUT: return "it reached its time limit";
    case FAIL_INACTIVE_LIMIT: return "it reached the inactive limit";
    case FAIL_ACCOUNT: return "invalid account";
    case FAIL_QOS: return "invalid QOS";
    default: return NULL;
  }
}

/* Whether a pending job lacks nothing but its turn: the resources, or a better priority. */
static inline bool cslurm_job_waits_for_others(const job_info_t *job) {
  return job->state_reason == WAIT_RESOURCES || job->state_reason == WAIT_PRIORITY ||
         job->state_reason == WAIT_NO_REASON;
}

#endif
