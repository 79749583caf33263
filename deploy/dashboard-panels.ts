/** What a panel shows: rates and parts are of the pods of one release. */
export interface Panel {
  readonly title: string;
  /** Of Grafana. */
  readonly unit: string;
  /** Legend → query; `$of` stands for the release. */
  readonly queries: Readonly<Record<string, string>>;
  readonly type?: 'stat' | 'timeseries';
}

const RATE = '[$__rate_interval]';

const quantile = (part: number, metric: string, by = '') =>
  `histogram_quantile(${part}, sum by (le${by}) (rate(${metric}_bucket{$of}${RATE})))`;
const rate = (metric: string, by: string) => `sum by (${by}) (rate(${metric}{$of}${RATE}))`;
const CHAT = 'gen_ai_server_request_duration_seconds';
const FIRST_TOKEN = 'gen_ai_server_time_to_first_token_seconds';

export const DASHBOARD_PANELS: readonly Panel[] = [
  {
    title: 'Balance',
    unit: 'short',
    type: 'stat',
    queries: { '{{account}}': 'max by (account) (poe_proxy_balance_points{$of})' },
  },
  {
    title: 'Points last for',
    unit: 'h',
    type: 'stat',
    queries: {
      hours:
        'sum(max by (account) (poe_proxy_balance_points{$of})) / sum(rate(poe_proxy_points_total{$of}[6h])) / 3600',
    },
  },
  {
    title: 'Chat requests that fail',
    unit: 'percentunit',
    type: 'stat',
    queries: {
      share: `sum(rate(${CHAT}_count{$of,error_type=~"5..|stream_error"}${RATE})) / sum(rate(${CHAT}_count{$of}${RATE}))`,
    },
  },
  {
    title: 'Requests',
    unit: 'reqps',
    queries: { '{{route}} {{status}}': rate('poe_proxy_requests_total', 'route, status') },
  },
  {
    title: 'Requests in flight',
    unit: 'short',
    queries: { '{{pod}}': 'sum by (pod) (poe_proxy_inflight_requests{$of})' },
  },
  {
    title: 'Chat requests, whole',
    unit: 's',
    queries: { p50: quantile(0.5, CHAT), p95: quantile(0.95, CHAT), p99: quantile(0.99, CHAT) },
  },
  {
    title: 'First token, p95',
    unit: 's',
    queries: {
      '{{gen_ai_response_model}}': quantile(0.95, FIRST_TOKEN, ', gen_ai_response_model'),
    },
  },
  {
    title: 'Time per token, p50',
    unit: 's',
    queries: {
      '{{gen_ai_response_model}}': quantile(
        0.5,
        'gen_ai_server_time_per_output_token_seconds',
        ', gen_ai_response_model',
      ),
    },
  },
  {
    title: 'Tokens',
    unit: 'short',
    queries: {
      '{{gen_ai_token_type}} a second': rate('gen_ai_client_token_usage_sum', 'gen_ai_token_type'),
    },
  },
  {
    title: 'Points an hour by team',
    unit: 'short',
    queries: { '{{team}}': `3600 * ${rate('poe_proxy_points_total', 'team')}` },
  },
  {
    title: 'Points an hour by model',
    unit: 'short',
    queries: { '{{model}}': `3600 * ${rate('poe_proxy_points_total', 'model')}` },
  },
  {
    title: 'Budgets used',
    unit: 'percentunit',
    queries: {
      '{{scope}} {{subject}} {{period}}':
        'max by (scope, subject, period) (poe_proxy_budget_used_ratio{$of})',
    },
  },
  {
    title: 'Calls of Poe',
    unit: 'reqps',
    queries: { '{{outcome}}': rate('poe_proxy_upstream_attempts_total', 'outcome') },
  },
  {
    title: 'Ends of streams',
    unit: 'reqps',
    queries: { '{{reason}}': rate('poe_proxy_stream_ends_total', 'reason') },
  },
  {
    title: 'Repairs and fallbacks',
    unit: 'reqps',
    queries: {
      'repair {{rung}}': rate('poe_proxy_repairs_total', 'rung'),
      'fallback from {{model}}: {{reason}}': rate('poe_proxy_fallbacks_total', 'model, reason'),
    },
  },
  {
    title: 'Refused',
    unit: 'reqps',
    queries: {
      '429 {{reason}}': rate('poe_proxy_throttled_total', 'reason'),
      '503 {{reason}}': rate('poe_proxy_shed_requests_total', 'reason'),
      paused: `sum(rate(poe_proxy_paused_total{$of}${RATE}))`,
    },
  },
  {
    title: 'Circuits that are open',
    unit: 'short',
    queries: { '{{model}}': 'max by (model) (poe_proxy_breaker_open{$of}) > 0' },
  },
  {
    title: 'Waiting for a turn to call Poe',
    unit: 'short',
    queries: {
      waiting: 'sum(poe_proxy_queue_waiting{$of})',
      'keys set aside': 'max(poe_proxy_poe_keys_set_aside{$of})',
    },
  },
  {
    title: "Poe's ledger: lag",
    unit: 's',
    queries: {
      p50: quantile(0.5, 'poe_proxy_ledger_lag_seconds'),
      p95: quantile(0.95, 'poe_proxy_ledger_lag_seconds'),
    },
  },
  {
    title: "Poe's ledger less ours",
    unit: 'short',
    queries: {
      '{{account}}': 'max by (account) (poe_proxy_reconciliation_difference_points{$of})',
    },
  },
  {
    title: 'Stores',
    unit: 'short',
    queries: {
      'database of {{pod}} answers': 'min by (pod) (poe_proxy_database_up{$of})',
      'Redis of {{pod}} answers': 'min by (pod) (poe_proxy_redis_up{$of})',
      'rows that wait': 'sum(poe_proxy_database_waiting{$of})',
    },
  },
  {
    title: 'Added by the gateway',
    unit: 's',
    queries: {
      p50: quantile(0.5, 'poe_proxy_overhead_seconds'),
      p99: quantile(0.99, 'poe_proxy_overhead_seconds'),
    },
  },
  {
    title: 'Event loop, p99 of its lag',
    unit: 's',
    queries: { '{{pod}}': 'max by (pod) (nodejs_eventloop_lag_p99_seconds{$of})' },
  },
  {
    title: 'Memory and CPU',
    unit: 'short',
    queries: {
      'bytes of {{pod}}': 'max by (pod) (process_resident_memory_bytes{$of})',
      'cores of {{pod}}': rate('process_cpu_seconds_total', 'pod'),
    },
  },
];
