import type { FastifyRequest } from 'fastify';

import { INVALID_KEY, rateLimited, USAGE_DOWN } from '../errors/error-catalogue.ts';
import { invalidParameter, type PoeError } from '../errors/poe-error.ts';
import { type HistoryQuery, historyPage } from '../ledger/history-page.ts';
import { authenticate } from './authenticate.ts';
import type { SandboxState } from './sandbox-state.ts';

/** Plan and add-on points together. */
export function currentBalance(state: SandboxState, request: FastifyRequest): object {
  return refuse(state, request) ?? { current_point_balance: state.ledger.balance };
}

/** Of the whole account: all keys, and the owner's web chat. */
export function pointsHistory(state: SandboxState, request: FastifyRequest): object {
  const refusal = refuse(state, request);
  if (refusal !== undefined) return refusal;
  const page = historyPage(state.ledger.visibleRows(), request.query as HistoryQuery);
  return 'param' in page ? invalidParameter(page.param, page.message) : page;
}

/** Whether these calls count to the rate limit is not known; the safe assumption is that they do. */
function refuse(state: SandboxState, request: FastifyRequest): PoeError | undefined {
  if (state.isUsageDown) return USAGE_DOWN;
  const key = authenticate(request.headers.authorization, state.options.keys);
  if (key === undefined) return INVALID_KEY;
  const { isAllowed, retryAfterSeconds } = state.limiter.take(state.now());
  return isAllowed ? undefined : rateLimited(retryAfterSeconds);
}
