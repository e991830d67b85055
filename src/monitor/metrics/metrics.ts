type MetricEntry = {
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly labels: readonly string[];
  /** Who serves it: a worker about itself, the dashboard about all of them, or both under the same name and labels. */
  readonly from: 'worker' | 'dashboard' | 'both';
  readonly help: string;
};

/** Every metric of docmill once. `docs/monitoring.md` is made from this; alerts and Grafana are checked against it. */
export const metrics = {
  docmill_documents_total: {
    type: 'counter',
    labels: ['worker', 'model', 'status', 'code'],
    from: 'both',
    help: 'Documents in the parts that the worker committed, by status and error code.',
  },
  docmill_attempts_total: {
    type: 'counter',
    labels: ['worker', 'model', 'outcome'],
    from: 'both',
    help: 'Attempts at shards: committed, already-complete (another worker was first) or failed (tried again).',
  },
  docmill_tokens_total: {
    type: 'counter',
    labels: ['worker', 'model', 'kind'],
    from: 'both',
    help: 'Tokens: read from the prompt, cached, forced by the schema, chosen by the model.',
  },
  docmill_phase_seconds_total: {
    type: 'counter',
    labels: ['worker', 'model', 'phase'],
    from: 'both',
    help: 'Seconds of work: prepare (read, decode, cut), answer (the model), conclude (validate, merge), commit.',
  },
  docmill_part_commit_seconds: {
    type: 'histogram',
    labels: ['worker', 'model'],
    from: 'both',
    help: 'Seconds to publish a part, waiting for room on the disk included.',
  },
  docmill_worker_busy: {
    type: 'gauge',
    labels: ['worker', 'model'],
    from: 'both',
    help: '1 while the worker has a shard in work.',
  },
  docmill_worker_resident_memory_bytes: {
    type: 'gauge',
    labels: ['worker', 'model'],
    from: 'both',
    help: 'Resident memory of the worker.',
  },
  docmill_worker_start_time_seconds: {
    type: 'gauge',
    labels: ['worker', 'model'],
    from: 'both',
    help: 'When the worker started, in seconds since 1970.',
  },
  docmill_worker_refused_runs: {
    type: 'gauge',
    labels: ['worker', 'model'],
    from: 'both',
    help: 'Runs that the worker refuses to work on.',
  },
  docmill_worker_troubled_runs: {
    type: 'gauge',
    labels: ['worker', 'model'],
    from: 'both',
    help: 'Runs whose last attempt on the worker failed, or whose part the disk does not take.',
  },
  docmill_worker_heartbeat_age_seconds: {
    type: 'gauge',
    labels: ['worker', 'model'],
    from: 'dashboard',
    help: 'How long ago the worker wrote its heartbeat file: the only series of a worker that is silent for over 20 seconds, for ten minutes.',
  },
  docmill_queue_up: {
    type: 'gauge',
    labels: ['model', 'queue'],
    from: 'both',
    help: '1 when the queue of the model answered within a second, else 0.',
  },
  docmill_queue_jobs: {
    type: 'gauge',
    labels: ['model', 'queue', 'state'],
    from: 'both',
    help: 'Jobs in the queue of the model: waiting, active, delayed (tried again later) or failed (no docmill job).',
  },
  docmill_run_state: {
    type: 'gauge',
    labels: ['run', 'state'],
    from: 'dashboard',
    help: '1 for the state of the run, open, cancelled or complete, 0 for the other two.',
  },
  docmill_run_documents_planned: {
    type: 'gauge',
    labels: ['run'],
    from: 'dashboard',
    help: 'Documents of the round of the run that is in work or was last.',
  },
  docmill_run_documents: {
    type: 'gauge',
    labels: ['run', 'status', 'code'],
    from: 'dashboard',
    help: 'Documents of that round that have their line, by status and error code, counted from the parts.',
  },
  docmill_build_info: {
    type: 'gauge',
    labels: ['version'],
    from: 'both',
    help: '1, with the version of docmill that answers.',
  },
} as const satisfies Record<string, MetricEntry>;

export type MetricName = keyof typeof metrics;
