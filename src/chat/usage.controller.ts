import { Controller, Get, Req, UseGuards } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ApiKeyGuard } from '../guards/api-key.guard.ts';
import { IpThrottlerGuard } from '../guards/ip-throttler.guard.ts';
import { Documented } from '../openapi/operation.ts';
import { SPENDING } from './api-schemas.ts';
import { SpendingService, type SpendingReport } from '../ledger/spending.service.ts';

/** What the caller's own key spent, and its budgets. Stands here because it needs the guards. */
@Controller('v1/usage')
@UseGuards(IpThrottlerGuard, ApiKeyGuard)
export class UsageController {
  constructor(private readonly spending: SpendingService) {}

  @Get()
  @Documented({
    summary: 'Tells what the key spent in the last 30 days, and what is left of its budgets',
    reply: { 'application/json': SPENDING },
  })
  report(@Req() { admission }: FastifyRequest): Promise<SpendingReport> {
    if (!admission) throw new Error('the guards have not run');
    return this.spending.report(admission.caller);
  }
}
