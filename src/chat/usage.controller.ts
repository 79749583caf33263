import { Controller, Get, Req, UseGuards } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ApiKeyGuard } from '../guards/api-key.guard.ts';
import { IpThrottlerGuard } from '../guards/ip-throttler.guard.ts';
import { SpendingService, type SpendingReport } from '../ledger/spending.service.ts';

/** What the caller's own key spent, and its budgets. Stands here because it needs the guards. */
@Controller('v1/usage')
@UseGuards(IpThrottlerGuard, ApiKeyGuard)
export class UsageController {
  constructor(private readonly spending: SpendingService) {}

  @Get()
  report(@Req() { admission }: FastifyRequest): Promise<SpendingReport> {
    if (!admission) throw new Error('the guards have not run');
    return this.spending.report(admission.caller);
  }
}
