import type { Log } from '../observability/log.ts';
import type { BudgetWebhook } from './budget-webhook.ts';
import type { Tally } from './tally.ts';

export const THRESHOLDS = [50, 80, 100] as const;

/** Whether a threshold of a window was announced before; by the database where there is one. */
export type Claim = (tally: Tally, percent: number) => boolean | Promise<boolean>;

/** Announces once, in the whole deployment, that so much of a budget is spent. */
export class Thresholds {
  constructor(
    private readonly webhook: Pick<BudgetWebhook, 'post'>,
    private readonly claim: Claim,
    private readonly log: Log,
  ) {}

  /** What was spent has changed. Never waits, never fails. */
  look(tally: Tally): void {
    const { budget, total } = tally;
    if (!budget) return;
    for (const percent of THRESHOLDS) {
      if (percent <= tally.passed || total * 100 < budget.points * percent) continue;
      tally.passed = percent;
      void this.#announce(tally, percent);
    }
  }

  async #announce(tally: Tally, percent: number): Promise<void> {
    const { budget, total, start, end } = tally;
    if (!budget) return;
    try {
      if (!(await this.claim(tally, percent))) return;
    } catch (error) {
      // The store is away: whoever sees the next change of this window tries again.
      tally.passed = Math.min(tally.passed, before(percent));
      const reason = error instanceof Error ? error.message : String(error);
      this.log.warn({ reason, budget: budget.id, percent }, 'A budget threshold waits');
      return;
    }
    const { id, scope, subject, period, points } = budget;
    this.log.info({ budget: id, percent, spent: total, limit: points }, 'Budget threshold passed');
    this.webhook.post({
      budget: id,
      scope,
      subject,
      period,
      percent,
      spent: total,
      limit: points,
      window_start: new Date(start).toISOString(),
      resets_at: new Date(end).toISOString(),
    });
  }
}

function before(percent: number): number {
  return Math.max(0, ...THRESHOLDS.filter((other) => other < percent));
}
