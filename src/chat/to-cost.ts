import type { CostDetail } from '../ledger/budget-hold.ts';
import type { Bill } from '../ledger/ledger-entries.ts';

/** What is booked into budgets for a bill. Poe never gives back more than a request cost. */
export function toCost(bill: Bill): { points: number; detail: CostDetail } {
  const byModel = new Map<string, number>();
  let tokens = 0;
  let areKnown = true;
  for (const { bot, points, tokens_in: tokensIn, tokens_out: tokensOut } of bill.calls) {
    byModel.set(bot, Math.max(0, (byModel.get(bot) ?? 0) + points));
    tokens += (tokensIn ?? 0) + (tokensOut ?? 0);
    areKnown &&= tokensIn !== null && tokensOut !== null;
  }
  return {
    points: Math.max(0, bill.points),
    detail: { byModel, tokens: areKnown ? tokens : undefined },
  };
}
