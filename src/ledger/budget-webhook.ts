import { setTimeout as sleep } from 'node:timers/promises';
import type { OnApplicationShutdown } from '@nestjs/common';
import type { Log } from '../observability/log.ts';
import type { Budget } from './budget.ts';

/** The body that is posted; points, and times in ISO 8601, UTC. */
export interface BudgetEvent {
  readonly budget: string;
  readonly scope: Budget['scope'];
  readonly subject: string;
  readonly period: Budget['period'];
  readonly percent: number;
  readonly spent: number;
  readonly limit: number;
  readonly window_start: string;
  readonly resets_at: string;
}

const ANSWER_MS = 5000;
/** Together some four minutes: longer than a deployment of the receiver takes. */
const PAUSES_MS = [1000, 4000, 15_000, 60_000, 180_000];
/** Three a window and budget: more than this wait only if the receiver has been away for long. */
const MOST_WAITING = 1000;

/** Posts budget events to BUDGET_WEBHOOK_URL, several times if need be, while nobody waits. */
export class BudgetWebhook implements OnApplicationShutdown {
  readonly #end = new AbortController();
  #waiting = 0;

  constructor(
    private readonly url: string | undefined,
    private readonly log: Log,
    private readonly pausesMs: readonly number[] = PAUSES_MS,
  ) {}

  post(event: BudgetEvent): void {
    if (this.url === undefined) return;
    if (this.#waiting < MOST_WAITING) void this.#deliver(this.url, event);
    else this.#giveUp(event, 'too many wait already');
  }

  onApplicationShutdown(): void {
    this.#end.abort();
  }

  async #deliver(url: string, event: BudgetEvent): Promise<void> {
    this.#waiting += 1;
    let reason = await this.#try(url, event);
    for (const pauseMs of this.pausesMs) {
      if (reason === undefined || this.#end.signal.aborted) break;
      await sleep(pauseMs, undefined, { ref: false, signal: this.#end.signal }).catch(() => null);
      reason = await this.#try(url, event);
    }
    this.#waiting -= 1;
    if (reason !== undefined) this.#giveUp(event, reason);
  }

  /** Why it failed; undefined: it did not. Never the URL, which may hold a secret. */
  async #try(url: string, event: BudgetEvent): Promise<string | undefined> {
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(event),
        redirect: 'manual',
        signal: AbortSignal.any([this.#end.signal, AbortSignal.timeout(ANSWER_MS)]),
      });
      await response.body?.cancel();
      return response.ok ? undefined : `status ${response.status}`;
    } catch (error) {
      const { cause, name } = error as Error & { cause?: { code?: unknown } };
      return typeof cause?.code === 'string' ? cause.code : name;
    }
  }

  #giveUp({ budget, percent }: BudgetEvent, reason: string): void {
    this.log.warn({ budget, percent, reason }, 'BUDGET_WEBHOOK_URL took no notice of a budget');
  }
}
