import type { FastifyRequest } from 'fastify';

import { INVALID_KEY, rateLimited, USAGE_DOWN } from '../errors/error-catalogue.ts';
import { invalidParameter, type PoeError } from '../errors/poe-error.ts';
import { type HistoryQuery, historyPage } from '../ledger/history-page.ts';
import type { Account } from './account.ts';
import { authenticate } from './authenticate.ts';
import type { SandboxState } from './sandbox-state.ts';

/** Plan and add-on points together. */
export function currentBalance(state: SandboxState, request: FastifyRequest): object {
  return visit(state, request, ({ ledger }) => ({ current_point_balance: ledger.balance }));
}

/** Of the whole account: all keys, and the owner's web chat. */
export function pointsHistory(state: SandboxState, request: FastifyRequest): object {
  return visit(state, request, ({ ledger }) => {
    const page = historyPage(ledger.visibleRows(), request.query as HistoryQuery);
    return 'param' in page ? invalidParameter(page.param, page.message) : page;
  });
}

/** Whether these calls count to the rate limit is not known; the safe assumption is that they do. */
function visit(
  state: SandboxState,
  request: FastifyRequest,
  answer: (account: Account) => object | PoeError,
): object {
  const key = authenticate(request.headers.authorization, state.options.keys);
  if (key === undefined) return INVALID_KEY;
  const account = state.accountOf(key);
  if (account.isUsageDown) return USAGE_DOWN;
  const { isAllowed, retryAfterSeconds } = account.limiter.take(state.now());
  return isAllowed ? answer(account) : rateLimited(retryAfterSeconds);
}
