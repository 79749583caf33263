import { Body, Delete, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { BudgetAdmin } from '../keys/budget-admin.service.ts';
import type { BudgetRule } from '../keys/roster.ts';
import { Documented } from '../openapi/operation.ts';
import { Actor } from './actor.ts';
import { AdminController } from './admin-controller.ts';
import { BUDGET, BUDGET_CHANGES, deletedReply, listReply, NEW_BUDGET } from './api-schemas.ts';
import { IdPipe } from './id.pipe.ts';
import { readListQuery } from './list-query.ts';
import { deleted, named, type Deleted, type Named } from './named.ts';
import { toList, type List } from './to-list.ts';
import { PAGING } from './query-schemas.ts';

type Budget = Named<'budget', BudgetRule>;

@AdminController('budgets')
export class BudgetsController {
  constructor(private readonly budgets: BudgetAdmin) {}

  @Get()
  @Documented({
    summary: 'Lists the budgets of the database',
    query: PAGING,
    reply: listReply(BUDGET),
  })
  async list(@Query() query: unknown): Promise<List<Budget>> {
    const { page } = readListQuery(query, {}, () => ({}));
    return toList(await this.budgets.list(page), named('budget'));
  }

  @Post()
  @Documented({
    summary: 'Makes a budget for a team, a key or a model',
    body: NEW_BUDGET,
    status: 201,
    reply: { 'application/json': BUDGET },
  })
  async create(@Actor() actor: string, @Body() body: unknown): Promise<Budget> {
    return named('budget')(await this.budgets.create(actor, body));
  }

  @Patch(':id')
  @Documented({
    summary: 'Changes the points of a budget',
    body: BUDGET_CHANGES,
    reply: { 'application/json': BUDGET },
  })
  async update(
    @Actor() actor: string,
    @Param('id', IdPipe) id: string,
    @Body() body: unknown,
  ): Promise<Budget> {
    return named('budget')(await this.budgets.update(actor, id, body));
  }

  @Delete(':id')
  @Documented({ summary: 'Deletes a budget', reply: deletedReply('budget') })
  async delete(
    @Actor() actor: string,
    @Param('id', IdPipe) id: string,
  ): Promise<Deleted<'budget'>> {
    await this.budgets.delete(actor, id);
    return deleted('budget', id);
  }
}
