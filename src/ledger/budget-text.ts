import { writePoints } from '../usage/write-points.ts';
import type { Budget } from './budget.ts';

const PERIODS = { day: 'daily', week: 'weekly', month: 'monthly' } as const;

/** What a client reads whose request does not fit into a budget. Points; `resetsAt`: ms UTC. */
export function budgetText(
  budget: Budget,
  figures: { spent: number; held: number; asked: number; resetsAt: number },
): string {
  const { spent, held, asked, resetsAt } = figures;
  const name = `The ${PERIODS[budget.period]} budget of ${budget.scope} "${budget.name ?? budget.subject}"`;
  const limit = writePoints(budget.points);
  const state = `${writePoints(spent)} of ${limit} points are spent and ${writePoints(held)} held for requests that are under way`;
  const wish = `this request is estimated at ${writePoints(asked)}`;
  const reset = `It starts anew at ${new Date(resetsAt).toISOString()}.`;
  if (asked > budget.points) {
    return `${name} is too small for this request: ${state}; ${wish}. Shorten it, choose a cheaper model, or ask for a larger budget.`;
  }
  return `${name} is used up: ${state}; ${wish}. ${reset}`;
}
