import { Body, Delete, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { BudgetAdmin } from '../keys/budget-admin.service.ts';
import type { BudgetRule } from '../keys/roster.ts';
import { Actor } from './actor.ts';
import { AdminController } from './admin-controller.ts';
import { readListQuery } from './list-query.ts';
import { deleted, named, type Deleted, type Named } from './named.ts';
import { toList, type List } from './to-list.ts';

type Budget = Named<'budget', BudgetRule>;

@AdminController('budgets')
export class BudgetsController {
  constructor(private readonly budgets: BudgetAdmin) {}

  @Get()
  async list(@Query() query: unknown): Promise<List<Budget>> {
    const { page } = readListQuery(query, [], () => ({}));
    return toList(await this.budgets.list(page), named('budget'));
  }

  @Post()
  async create(@Actor() actor: string, @Body() body: unknown): Promise<Budget> {
    return named('budget')(await this.budgets.create(actor, body));
  }

  @Patch(':id')
  async update(
    @Actor() actor: string,
    @Param('id') id: string,
    @Body() body: unknown,
  ): Promise<Budget> {
    return named('budget')(await this.budgets.update(actor, id, body));
  }

  @Delete(':id')
  async delete(@Actor() actor: string, @Param('id') id: string): Promise<Deleted<'budget'>> {
    await this.budgets.delete(actor, id);
    return deleted('budget', id);
  }
}
