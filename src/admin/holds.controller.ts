import { Get, Query } from '@nestjs/common';
import type { EntryReader } from '../keys/entry-reader.ts';
import { readInput } from '../keys/read-input.ts';
import { Budgets } from '../ledger/budgets.ts';
import { viewStanding, type BudgetView, type Standing } from '../ledger/standing.ts';
import { Documented } from '../openapi/operation.ts';
import { AdminController } from './admin-controller.ts';
import { HOLD, listReply } from './api-schemas.ts';
import { readText } from './list-query.ts';
import { named, type Named } from './named.ts';
import { toList, type List } from './to-list.ts';
import { OF_ROWS } from './query-schemas.ts';

type Hold = Named<'hold', BudgetView & { readonly id: string }>;

/** What is spent and held of each budget in its current window, over all instances. */
@AdminController('holds')
export class HoldsController {
  constructor(private readonly budgets: Budgets) {}

  @Get()
  @Documented({
    summary: 'Tells what is spent and held of each budget now',
    query: OF_ROWS,
    reply: listReply(HOLD),
  })
  async list(@Query() query: unknown): Promise<List<Hold>> {
    const isWanted = readInput(query, Object.keys(OF_ROWS), readFilter);
    const all = await this.budgets.readStanding('all', Date.now());
    return toList({ data: all.filter(isWanted), next: null }, viewHold);
  }
}

function readFilter(entry: EntryReader): (standing: Standing) => boolean {
  const wanted = {
    team: readText(entry, 'team'),
    key: readText(entry, 'key'),
    model: readText(entry, 'model'),
  };
  const isAny = Object.values(wanted).every((subject) => subject === undefined);
  return ({ budget }) => isAny || wanted[budget.scope] === budget.subject;
}

function viewHold(standing: Standing): Hold {
  return named('hold')({ id: standing.budget.id, ...viewStanding(standing) });
}
