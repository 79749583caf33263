import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/**
 * The gateway's metrics. Labels come from closed sets only (route templates, registry names, teams,
 * status codes, named outcomes), or a stranger could fill the memory with series.
 */
@Injectable()
export class Metrics {
  readonly registry = new Registry();

  readonly requests = new Counter({
    name: 'poe_proxy_requests_total',
    help: 'Requests answered, by route template, registry model, team and status',
    labelNames: ['route', 'model', 'team', 'status'] as const,
    registers: [this.registry],
  });
  readonly requestSeconds = new Histogram({
    name: 'poe_proxy_request_duration_seconds',
    help: 'From arrival to the last byte handed to the socket',
    labelNames: ['route'] as const,
    buckets: [0.005, 0.025, 0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 180, 600],
    registers: [this.registry],
  });
  readonly inFlight = new Gauge({
    name: 'poe_proxy_inflight_requests',
    help: 'Requests accepted and not yet answered to the end',
    registers: [this.registry],
  });
  readonly shed = new Counter({
    name: 'poe_proxy_shed_requests_total',
    help: 'Requests refused with 503 "overloaded", and connections dropped above their limit',
    labelNames: ['reason'] as const,
    registers: [this.registry],
  });
  readonly upstreamAttempts = new Counter({
    name: 'poe_proxy_upstream_attempts_total',
    help: 'Calls of Poe for a completion, by how they ended',
    labelNames: ['outcome'] as const,
    registers: [this.registry],
  });
  readonly streamEnds = new Counter({
    name: 'poe_proxy_stream_ends_total',
    help: 'Answers sent as a stream, by how they ended',
    labelNames: ['reason'] as const,
    registers: [this.registry],
  });
  readonly repairs = new Counter({
    name: 'poe_proxy_repairs_total',
    help: 'Requests that Poe refused and took after a repair, by rung of the ladder',
    labelNames: ['rung'] as const,
    registers: [this.registry],
  });
  readonly fallbacks = new Counter({
    name: 'poe_proxy_fallbacks_total',
    help: 'Requests handed on to a fallback, by the registry model that failed and by why',
    labelNames: ['model', 'reason'] as const,
    registers: [this.registry],
  });
  readonly breakerState = new Gauge({
    name: 'poe_proxy_breaker_open',
    help: 'Whether the circuit of a registry model (* for Poe as a whole) is not closed: 1 or 0',
    labelNames: ['model'] as const,
    registers: [this.registry],
  });
  readonly skippedFrames = new Counter({
    name: 'poe_proxy_skipped_frames_total',
    help: 'Frames of upstream streams that were no JSON and were left out',
    registers: [this.registry],
  });
  readonly points = new Counter({
    name: 'poe_proxy_points_total',
    help: 'Points spent, by registry model, team and by where the figure is from',
    labelNames: ['model', 'team', 'source'] as const,
    registers: [this.registry],
  });
  readonly modelsReloads = new Counter({
    name: 'poe_proxy_models_reloads_total',
    help: 'Changes of models.yaml seen, by whether the new version was taken',
    labelNames: ['result'] as const,
    registers: [this.registry],
  });
  readonly keysReloads = new Counter({
    name: 'poe_proxy_keys_reloads_total',
    help: 'Changes of the keys file seen, by whether the new version was taken',
    labelNames: ['result'] as const,
    registers: [this.registry],
  });
  readonly queueRefused = new Counter({
    name: 'poe_proxy_queue_refused_total',
    help: 'Calls that got no turn to call Poe, by reason',
    labelNames: ['reason'] as const,
    registers: [this.registry],
  });

  readonly commits = new Counter({
    name: 'poe_proxy_database_commits_total',
    help: 'Transactions in which rows of the ledger were written together',
    registers: [this.registry],
  });
  readonly rows = new Counter({
    name: 'poe_proxy_database_rows_total',
    help: 'Rows of the ledger written in them',
    registers: [this.registry],
  });

  /** Whoever gives turns says how things stand, when the metrics are read. */
  turns = () => ({ waiting: 0, keysSetAside: 0 });

  /** Whoever writes rows says the same; oldest is how long the first has been waiting. */
  writes = () => ({ waiting: 0, oldestMs: 0 });

  /** Budgets say which part of them is spent. */
  budgets = (): Iterable<{ scope: string; subject: string; period: string; ratio: number }> => [];

  /** The database, if there is one. */
  database = (): { kind: string; isUp: boolean } | undefined => undefined;

  constructor() {
    this.#gauge('poe_proxy_queue_waiting', 'Calls that wait for their turn to call Poe', () => {
      return this.turns().waiting;
    });
    this.#gauge('poe_proxy_poe_keys_set_aside', 'Keys that Poe refused and that rest', () => {
      return this.turns().keysSetAside;
    });
    this.#gauge('poe_proxy_database_waiting', 'Rows that wait to be written', () => {
      return this.writes().waiting;
    });
    this.#gauge('poe_proxy_database_oldest_seconds', 'How long the oldest of them waits', () => {
      return this.writes().oldestMs / 1000;
    });
    const database = () => this.database();
    new Gauge({
      name: 'poe_proxy_database_up',
      help: 'Whether the database answers: 1, or 0 from its first failure on',
      labelNames: ['kind'],
      registers: [this.registry],
      collect() {
        const found = database();
        if (found) this.set({ kind: found.kind }, found.isUp ? 1 : 0);
      },
    });
    const budgets = () => this.budgets();
    new Gauge({
      name: 'poe_proxy_budget_used_ratio',
      help: 'Part of a budget that is spent in its current window, once it was asked for',
      labelNames: ['scope', 'subject', 'period'],
      registers: [this.registry],
      collect() {
        this.reset();
        for (const { ratio, ...labels } of budgets()) this.set(labels, ratio);
      },
    });
    // Process, heap, garbage collection and event-loop delay.
    collectDefaultMetrics({ register: this.registry });
  }

  #gauge(name: string, help: string, read: () => number): void {
    new Gauge({
      name,
      help,
      registers: [this.registry],
      collect() {
        this.set(read());
      },
    });
  }
}
