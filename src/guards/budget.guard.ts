import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { BudgetHold } from '../ledger/budget-hold.ts';
import { Budgets } from '../ledger/budgets.ts';
import { ModelsFileService } from '../models/models-file.service.ts';
import { LearnedCostsService } from '../usage/learned-costs.service.ts';
import { mostOutput } from './most-output.ts';
import { wantsStream } from './wants-stream.ts';

type RawBody = Readonly<Record<string, unknown>>;

/**
 * Holds the estimate in all budgets that apply and counts the request against the limits of its key,
 * in one step, or refuses. What was not estimated passes: it is refused later.
 */
@Injectable()
export class BudgetGuard implements CanActivate {
  constructor(
    private readonly models: ModelsFileService,
    private readonly costs: LearnedCostsService,
    private readonly budgets: Budgets,
  ) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest<{ Body: RawBody }>>();
    const { admission, body, facts, headers } = request;
    if (!admission?.hold) return true;
    const { registry } = this.models;
    const model = registry.find(String(body.model));
    if (!model) return true;
    facts.model = model.name;
    const { caller, estimate, tokensIn } = admission;
    const admitted = this.budgets.admit({
      spender: { teamId: caller.teamId, keyId: caller.keyId, model: model.name },
      limits: caller.limits,
      points: estimate,
      tokens: tokensIn + Math.min(this.costs.expectedOutput(model, caller.keyId), mostOutput(body)),
      isStream: wantsStream(body, headers.accept, registry),
      openedAt: Date.now(),
    });
    const take = (hold: BudgetHold) => {
      // Its client may have left while a store was asked: then nobody would come to release it.
      if (facts.isOver) hold.release();
      else admission.budgetHold = hold;
      return true;
    };
    return admitted instanceof Promise ? admitted.then(take) : take(admitted);
  }
}
