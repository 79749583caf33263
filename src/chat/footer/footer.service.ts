import { Injectable } from '@nestjs/common';
import { FooterConfig, SpendingConfig } from '../../config/config.ts';
import { mayUse } from '../../keys/may-use.ts';
import { Budgets } from '../../ledger/budgets.ts';
import { viewStanding, type BudgetView } from '../../ledger/standing.ts';
import { BalanceService } from '../../usage/balance.service.ts';
import { cheaperModels } from '../../usage/cheaper-models.ts';
import type { ChatAnswer } from '../chat-answer.ts';
import { ChatChunk, type FinishReason, type TokenUsage } from '../chat-chunk.ts';
import type { Exchange } from '../exchange.ts';
import { poeProxyFacts } from '../reply/poe-proxy-facts.ts';
import { SettlementService } from '../settlement.service.ts';
import { footerText, type Left } from './footer-text.ts';
import { showsFooter } from './shows-footer.ts';
import { withFinish } from './with-finish.ts';

/** Says under an answer what it cost, before the chunk that finishes it. */
@Injectable()
export class FooterService {
  constructor(
    private readonly settlement: SettlementService,
    private readonly balance: BalanceService,
    private readonly budgets: Budgets,
    private readonly config: FooterConfig,
    private readonly spending: SpendingConfig,
  ) {}

  /** @param wish what the request's header `x-poe-proxy-footer` says */
  under(answer: ChatAnswer, wish: unknown): ChatAnswer {
    const { exchange } = answer;
    return answer.pipe(withFinish((reason, usage) => this.#finish(exchange, wish, reason, usage)));
  }

  async #finish(
    exchange: Exchange,
    wish: unknown,
    finishReason: FinishReason,
    reported: TokenUsage | undefined,
  ): Promise<ChatChunk[]> {
    const { facts, model, wantsJson } = exchange;
    facts.answeredAt = performance.now();
    const usage = reported ?? estimatedUsage(exchange);
    const shows = showsFooter(this.config.mode, [wish, exchange.admission.caller.footer], {
      modality: model.modality,
      finishReason,
      wantsJson,
    });
    facts.promptTokens = usage.prompt_tokens;
    facts.completionTokens = usage.completion_tokens;
    const span = shows ? facts.trace?.start('footer') : undefined;
    facts.startWaiting();
    await this.settlement.price(exchange, shows ? this.config.waitMs : 0);
    facts.stopWaiting();
    span?.end({ 'poe_proxy.points_source': facts.pointsSource });
    const budget = this.config.balance === 'budget' ? this.#tightest(exchange) : undefined;
    const left = this.#left(budget);
    if (left?.of === 'account' && left.points !== undefined) facts.balance = left.points;
    const end = ChatChunk.of({}, { finishReason, usage, poeProxy: poeProxyFacts(facts, budget) });
    return shows ? [ChatChunk.of({ content: this.#text(exchange, usage, left) }), end] : [end];
  }

  /** Of the budgets of key and team; undefined if they have none. */
  #tightest({ admission }: Exchange): BudgetView | undefined {
    const { keyId, teamId } = admission.caller;
    const all = this.budgets.standing({ keyId, teamId, model: '' }, Date.now()).map(viewStanding);
    return all.toSorted((one, other) => one.remaining - other.remaining)[0];
  }

  #left(budget: BudgetView | undefined): Left | undefined {
    if (budget) return { of: 'budget', points: budget.remaining, period: budget.period };
    if (this.config.balance === 'off') return undefined;
    return { of: 'account', points: this.balance.balance };
  }

  #text(
    { facts, model, registry, admission }: Exchange,
    usage: TokenUsage,
    left: Left | undefined,
  ): string {
    const mayOffer = (name: string) => mayUse(admission.caller, name);
    const points = facts.points ?? 0;
    const { pointsPerMessageWarn: warn, maxPointsPerMessage: limit } = this.spending;
    const size = { tokensIn: usage.prompt_tokens, tokensOut: usage.completion_tokens };
    return footerText({
      usage,
      points,
      pointsAreEstimate: facts.pointsSource !== 'history',
      left,
      warning:
        warn > 0 && points > warn
          ? { above: warn, cheaper: cheaperModels(registry, model, size, points, warn, mayOffer) }
          : undefined,
      limit: limit > 0 && points > limit ? limit : undefined,
    });
  }
}

/** For the few answers that come without usage. */
function estimatedUsage({ admission, calls }: Exchange): TokenUsage {
  const produced = Math.ceil((calls.at(-1)?.contentLength ?? 0) / 4);
  return {
    prompt_tokens: admission.tokensIn,
    completion_tokens: produced,
    total_tokens: admission.tokensIn + produced,
  };
}
