import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { SpendingConfig } from '../config/config.ts';
import { catalogue } from '../errors/catalogue.ts';
import { Paused } from '../errors/paused.ts';
import { mayUse } from '../keys/may-use.ts';
import { ModelsFileService } from '../models/models-file.service.ts';
import type { RegisteredModel } from '../models/registered-model.ts';
import { billedMembers } from '../tokens/read-billed.ts';
import { TokenCounter } from '../tokens/token-counter.service.ts';
import { BalanceService } from '../usage/balance.service.ts';
import { adviseCheaper, cheaperModels } from '../usage/cheaper-models.ts';
import { LearnedCostsService } from '../usage/learned-costs.service.ts';
import { writePoints } from '../usage/write-points.ts';
import type { Admission } from './admission.ts';
import { exceedsLimits } from './message-limits.ts';
import { mostOutput } from './most-output.ts';
import { pausedText } from './paused-text.ts';

type RawBody = Readonly<Record<string, unknown>>;

/**
 * Estimates what a message will cost, refuses it above MAX_POINTS_PER_MESSAGE, and sets the points
 * aside. Guards run before validation: what is no proper body passes and is refused by the pipe.
 */
@Injectable()
export class MessageCostGuard implements CanActivate {
  constructor(
    private readonly models: ModelsFileService,
    private readonly tokens: TokenCounter,
    private readonly costs: LearnedCostsService,
    private readonly balance: BalanceService,
    private readonly config: SpendingConfig,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest<{ Body: RawBody | null }>>();
    const { body, admission } = request;
    const model = typeof body?.model === 'string' ? this.#find(body.model) : undefined;
    const messages: unknown = body?.messages;
    if (!model || !admission || !Array.isArray(messages) || exceedsLimits(messages)) return true;
    const { keyId } = admission.caller;
    const size = await this.#size(model, messages, body ?? {}, keyId);
    admission.tokensIn = size.tokensIn;
    admission.estimate = this.costs.before(model, size.tokensIn, size.mostOut, keyId);
    this.#refuseAboveLimit(model, admission, size.mostOut);
    // Others may have been admitted while this one was counted.
    if (!this.balance.mayPay()) {
      throw new Paused(pausedText(this.balance.available, this.config.pointsCutoff));
    }
    // Its client may have left meanwhile: then nobody would come to settle the hold.
    if (!request.facts.isOver) admission.hold = this.balance.hold(admission.estimate);
    return true;
  }

  #find(name: string): RegisteredModel | undefined {
    return this.models.registry.find(name);
  }

  /** Counts only where an exact figure can make a difference. */
  async #size(model: RegisteredModel, messages: readonly unknown[], body: RawBody, keyId: string) {
    const cap = model.contextCap ?? Infinity;
    const mostOut = mostOutput(body);
    const others = billedMembers(body);
    const { maxPointsPerMessage: limit } = this.config;
    const most = limit > 0 ? Math.min(cap, this.tokens.upperBound(messages, others)) : 0;
    if (this.costs.before(model, most, mostOut, keyId) <= limit || limit === 0) {
      return { tokensIn: Math.min(cap, this.tokens.guess(messages, others)), mostOut };
    }
    const counts = await this.tokens.countMessages(messages);
    const beside = await this.tokens.countOthers(others);
    const tokensIn = Math.min(
      cap,
      counts.reduce((sum, count) => sum + count, beside),
    );
    return { tokensIn, mostOut };
  }

  #refuseAboveLimit(model: RegisteredModel, admission: Admission, mostOut: number) {
    const { estimate, tokensIn, caller } = admission;
    const { maxPointsPerMessage: limit } = this.config;
    if (limit === 0 || estimate <= limit) return;
    const expected = this.costs.expectedOutput(model, caller.keyId);
    const size = { tokensIn, tokensOut: Math.min(expected, mostOut) };
    const mayOffer = (name: string) => mayUse(caller, name);
    const offers = cheaperModels(this.models.registry, model, size, estimate, limit, mayOffer);
    throw catalogue.maxPointsPerMessage(
      `This message is estimated at ${writePoints(estimate)} points with ${model.name}, above the limit of ${writePoints(limit)} points per message (MAX_POINTS_PER_MESSAGE). Shorten it or choose another model.${adviseCheaper(offers)}`,
    );
  }
}
