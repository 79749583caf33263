import type { Budget } from './budget.ts';

/** How things stand with one budget in its current window; points. */
export interface Standing {
  readonly budget: Budget;
  readonly spent: number;
  /** For requests that are under way. */
  readonly held: number;
  /** ms UTC */
  readonly resetsAt: number;
}

/** The same as clients and operators read it. */
export interface BudgetView {
  readonly scope: Budget['scope'];
  readonly subject: string;
  readonly period: Budget['period'];
  /** The limit. */
  readonly points: number;
  readonly spent: number;
  readonly held: number;
  /** Neither spent nor held; never below 0. */
  readonly remaining: number;
  /** ISO 8601, UTC. */
  readonly resets_at: string;
}

export function viewStanding({ budget, spent, held, resetsAt }: Standing): BudgetView {
  const { scope, subject, period, points } = budget;
  const remaining = Math.max(0, points - spent - held);
  const resets_at = new Date(resetsAt).toISOString();
  return { scope, subject, period, points, spent, held, remaining, resets_at };
}
