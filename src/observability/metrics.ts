import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { addStateGauges, type States } from './add-state-gauges.ts';
import { GenAiMetrics } from './gen-ai-metrics.ts';

/** Of the gateway's own work on a request: half a millisecond is usual, a second is a fault. */
const OVERHEAD_SECONDS = [0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1];
/** A row of Poe's ledger is mostly there within a second or two; it is looked for for a minute. */
const LEDGER_LAG_SECONDS = [0.25, 0.5, 1, 1.5, 2, 2.5, 3, 5, 10, 30, 60];

/** A file of settings that is read again when it changes. */
export type ReloadedFile = 'models' | 'keys';

/**
 * The gateway's metrics. Labels come from closed sets only (route templates, registry names, teams,
 * status codes, named outcomes), or a stranger could fill the memory with series. docs/metrics.md
 * lists them in the same words.
 */
@Injectable()
export class Metrics implements States {
  readonly registry = new Registry();
  readonly genAi = new GenAiMetrics(this.registry);

  readonly requests = this.#counter(
    'poe_proxy_requests_total',
    'Requests answered, by route template, registry model, team and status',
    ['route', 'model', 'team', 'status'],
  );
  readonly inFlight = this.#gauge(
    'poe_proxy_inflight_requests',
    'Requests accepted and not yet answered to the end',
  );
  readonly overhead = new Histogram({
    name: 'poe_proxy_overhead_seconds',
    help: 'Chat requests: time from arrival to the headers of the answer that was not spent waiting for Poe',
    buckets: OVERHEAD_SECONDS,
    registers: [this.registry],
  });
  readonly paused = this.#counter(
    'poe_proxy_paused_total',
    'Requests answered with the paused text or its error, as the balance is below the cutoff',
  );
  readonly throttled = this.#counter(
    'poe_proxy_throttled_total',
    'Requests answered with 429, by whose limit it was',
    ['reason'],
  );
  readonly shed = this.#counter(
    'poe_proxy_shed_requests_total',
    'Requests refused with 503 "overloaded", and connections dropped above their limit',
    ['reason'],
  );
  readonly upstreamAttempts = this.#counter(
    'poe_proxy_upstream_attempts_total',
    'Calls of Poe for a completion, by how they ended',
    ['outcome'],
  );
  readonly streamEnds = this.#counter(
    'poe_proxy_stream_ends_total',
    'Answers sent as a stream, by how they ended',
    ['reason'],
  );
  readonly repairs = this.#counter(
    'poe_proxy_repairs_total',
    'Requests that Poe refused and took after a repair, by rung of the ladder',
    ['rung'],
  );
  readonly fallbacks = this.#counter(
    'poe_proxy_fallbacks_total',
    'Requests handed on to a fallback, by the registry model that failed and by why',
    ['model', 'reason'],
  );
  readonly breakerState = this.#gauge(
    'poe_proxy_breaker_open',
    'Whether the circuit of a registry model (* for Poe as a whole) is not closed: 1 or 0',
    ['model'],
  );
  readonly skippedFrames = this.#counter(
    'poe_proxy_skipped_frames_total',
    'Frames of upstream streams that were no JSON and were left out',
  );
  readonly queueRefused = this.#counter(
    'poe_proxy_queue_refused_total',
    'Calls that got no turn to call Poe, by reason',
    ['reason'],
  );

  readonly points = this.#counter(
    'poe_proxy_points_total',
    'Points spent, by registry model, team and by where the figure is from',
    ['model', 'team', 'source'],
  );
  readonly ledgerLag = new Histogram({
    name: 'poe_proxy_ledger_lag_seconds',
    help: "How long it took from the end of a call until its entry was found on Poe's ledger",
    buckets: LEDGER_LAG_SECONDS,
    registers: [this.registry],
  });
  readonly reconciliationDifference = this.#gauge(
    'poe_proxy_reconciliation_difference_points',
    "Points on Poe's ledger less points booked here, of the last day that was compared, by account",
    ['account'],
  );

  readonly commits = this.#counter(
    'poe_proxy_database_commits_total',
    'Transactions in which rows of the ledger were written together',
  );
  readonly rows = this.#counter(
    'poe_proxy_database_rows_total',
    'Rows of the ledger written in them',
  );

  readonly modelsReloads = this.#counter(
    'poe_proxy_models_reloads_total',
    'Changes of models.yaml seen, by whether the new version was taken',
    ['result'],
  );
  readonly keysReloads = this.#counter(
    'poe_proxy_keys_reloads_total',
    'Changes of the keys file seen, by whether the new version was taken',
    ['result'],
  );
  readonly reloadSuccessful = this.#gauge(
    'poe_proxy_config_last_reload_successful',
    'Whether the last version seen of a file of settings was taken: 1 or 0',
    ['file'],
  );
  readonly reloadedAt = this.#gauge(
    'poe_proxy_config_last_reload_success_timestamp_seconds',
    'When a version of a file of settings was last taken, seconds since 1970',
    ['file'],
  );
  readonly buildInfo = this.#gauge('poe_proxy_build_info', 'Always 1; the labels say what runs', [
    'version',
    'node_version',
  ]);

  // How things stand is asked for when the metrics are read, of whoever has put himself here.
  turns: States['turns'] = () => ({ waiting: 0, keysSetAside: 0 });
  writes: States['writes'] = () => ({ waiting: 0, oldestMs: 0 });
  balances: States['balances'] = () => [];
  budgets: States['budgets'] = () => [];
  database: States['database'] = () => undefined;
  redis: States['redis'] = () => undefined;

  constructor() {
    addStateGauges(this.registry, this);
    // Process, heap, garbage collection and event-loop delay.
    collectDefaultMetrics({ register: this.registry });
  }

  /** A version of a file of settings was seen, and taken or refused. */
  reloaded(file: ReloadedFile, taken: boolean): void {
    const reloads = file === 'models' ? this.modelsReloads : this.keysReloads;
    reloads.inc({ result: taken ? 'taken' : 'refused' });
    if (taken) this.loaded(file);
    else this.reloadSuccessful.set({ file }, 0);
  }

  /** The version that it started with counts as a success, but not as a change. */
  loaded(file: ReloadedFile): void {
    this.reloadSuccessful.set({ file }, 1);
    this.reloadedAt.set({ file }, Date.now() / 1000);
  }

  #counter<L extends string>(name: string, help: string, labelNames: L[] = []): Counter<L> {
    return new Counter({ name, help, labelNames, registers: [this.registry] });
  }

  #gauge<L extends string>(name: string, help: string, labelNames: L[] = []): Gauge<L> {
    return new Gauge({ name, help, labelNames, registers: [this.registry] });
  }
}
