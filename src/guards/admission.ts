import type { Caller } from '../keys/caller.ts';
import type { BudgetHold } from '../ledger/budget-hold.ts';
import type { Hold } from '../usage/balance.service.ts';

/** What the guards found out about a request, for those who come after them. */
export interface Admission {
  readonly caller: Caller;
  /** Tokens of the conversation, capped; counted or, where nothing depended on it, estimated. */
  tokensIn: number;
  /** Points that the message is expected to cost. */
  estimate: number;
  /** Points set aside for it; whoever ends the request settles it. */
  hold?: Hold;
  /** The same of the budgets that apply, for the model that is really called. */
  budgetHold?: BudgetHold;
}

declare module 'fastify' {
  interface FastifyRequest {
    admission: Admission | undefined;
  }
}
