import { describe, expect, it } from 'vitest';
import type { PoeKey } from '../config/config.ts';
import type { Admission } from '../guards/admission.ts';
import { ANONYMOUS } from '../keys/caller.ts';
import { BudgetCalendar } from '../ledger/budget-calendar.ts';
import type { BudgetHold } from '../ledger/budget-hold.ts';
import type { Budget } from '../ledger/budget.ts';
import { Budgets } from '../ledger/budgets.ts';
import type { Bill, Ending } from '../ledger/ledger-entries.ts';
import { LedgerSeeds } from '../ledger/ledger-seeds.ts';
import { LocalCounters } from '../ledger/local-counters.ts';
import type { RequestsLedger } from '../ledger/requests-ledger.service.ts';
import { Tallies } from '../ledger/tallies.ts';
import type { ModelRegistry } from '../models/model-registry.ts';
import type { ModelsFileService } from '../models/models-file.service.ts';
import { parseModelsFile } from '../models/parse-models-file.ts';
import type { RegisteredModel } from '../models/registered-model.ts';
import { Metrics } from '../observability/metrics.ts';
import { RequestFacts } from '../observability/request-facts.ts';
import type { HistoryRow } from '../usage/history-row.ts';
import { LearnedCostsService } from '../usage/learned-costs.service.ts';
import type { LedgerCall } from '../usage/match-row.ts';
import type { PointsHistoryService } from '../usage/points-history.service.ts';
import { Exchange } from './exchange.ts';
import type { ChatRequest } from './request/chat-request.ts';
import { SettlementService } from './settlement.service.ts';
import type { UpstreamCall } from './upstream/upstream-call.ts';

const registry = parseModelsFile(
  'models: { text: [{ poe_name: Bot, points_per_1k_in: 1000, points_per_1k_out: 1000 }] }',
) as ModelRegistry;

const QUIET = { info: () => undefined, warn: () => undefined, error: () => undefined };
const NO_SEEDS = new LedgerSeeds(undefined, { id: 'i' }, QUIET);
const TEAM: Budget = { id: 't', scope: 'team', subject: 'default', period: 'day', points: 1000 };
const BOT: Budget = { id: 'b', scope: 'model', subject: 'Bot', period: 'day', points: 1000 };

const [bot] = registry.models as [RegisteredModel];
const key = (name: string, account: string): PoeKey => ({ name, account, secret: `pk-${name}` });
const [A, B, C] = [key('a', 'acme'), key('b', 'labs'), key('c', 'acme')];

/** An answered call that is estimated at as many points as it had tokens in. */
const callWith = (with_: PoeKey, tokensIn: number, more: object = {}): UpstreamCall => ({
  key: with_,
  model: bot,
  sentAt: 0,
  respondedAt: 0,
  status: 200,
  clockOffsetMs: 0,
  contentLength: 0,
  usage: { promptTokens: tokensIn, completionTokens: 0, reasoningTokens: 0 },
  ...more,
});

/** `ledger`: points of the rows that are there in time, or late, by the tokens in of their calls. */
function settle(calls: UpstreamCall[]) {
  const booked: [Record<string, number>, boolean][] = [];
  const found: LedgerCall[] = [];
  const ledger = { rows: {} as Record<number, number>, late: {} as Record<number, number> };
  const history = {
    find: (call: LedgerCall, _patienceMs: number, urgent: boolean) => {
      found.push(call);
      const points = (urgent ? ledger.rows : ledger.late)[call.usage?.promptTokens ?? 0];
      return Promise.resolve(points === undefined ? undefined : ({ points } as HistoryRow));
    },
  } as unknown as PointsHistoryService;
  const rows: [string, Ending | undefined, Bill][] = [];
  const kept = {
    isKept: true,
    close: (id: string, ending: Ending, bill: Bill) => rows.push([id, ending, bill]),
    correct: (id: string, bill: Bill) => rows.length > 0 && rows.push([id, undefined, bill]),
  } as unknown as RequestsLedger;
  const costs = new LearnedCostsService({ registry } as ModelsFileService);
  const metrics = new Metrics();
  const service = new SettlementService(history, costs, metrics, kept);
  const counted = async (source: string) => {
    const { values } = await metrics.points.get();
    return values.find(({ labels }) => labels.source === source)?.value;
  };
  const hold = {
    drawFrom: () => undefined,
    release: () => undefined,
    settle: (points: ReadonlyMap<string, number>, billed: boolean) => {
      booked.push([Object.fromEntries(points), billed]);
    },
  };
  const tallies = new Tallies(new BudgetCalendar('UTC'));
  const counters = new LocalCounters(NO_SEEDS, tallies, 'refuse');
  const budgets = new Budgets(
    { all: [TEAM, BOT], budgetsFor: () => [TEAM, BOT] },
    tallies,
    counters,
  );
  const spender = { teamId: 'default', keyId: 'anonymous', model: 'Bot' };
  const wish = { spender, limits: {}, points: 50, tokens: 0, isStream: false, openedAt: 0 };
  const budgetHold = budgets.admit(wish) as BudgetHold;
  const standing = () => budgets.standing(spender, 0).map(({ spent, held }) => [spent, held]);
  const admission: Admission = { caller: ANONYMOUS, tokensIn: 7, estimate: 0, hold, budgetHold };
  const facts = new RequestFacts('req_1');
  const request = {} as ChatRequest;
  const exchange = new Exchange(request, bot, registry, false, 0, facts, admission, '127.0.0.1');
  exchange.calls.push(...calls);
  return { rows, booked, found, ledger, service, exchange, facts, costs, counted, standing };
}

describe('an answer whose calls were made with different keys', () => {
  it('is booked to their accounts, each for its own calls', async () => {
    const { booked, ledger, service, exchange, facts } = settle([
      callWith(A, 100),
      callWith(B, 20),
      callWith(C, 3),
    ]);
    ledger.rows = { 100: 110, 20: 22, 3: 4 };
    await service.price(exchange, 1000);
    expect(booked).toEqual([[{ acme: 114, labs: 22 }, true]]);
    expect(facts).toMatchObject({ points: 136, pointsSource: 'history' });
  });

  it('costs an account nothing that refused it', async () => {
    const { booked, ledger, service, exchange } = settle([
      callWith(A, 100, { status: 402 }),
      callWith(B, 20),
    ]);
    ledger.rows = { 20: 22 };
    await service.price(exchange, 1000);
    expect(booked).toEqual([[{ labs: 22 }, true]]);
  });

  it('is corrected when the rest of its rows come late', async () => {
    const { booked, ledger, service, exchange, facts } = settle([
      callWith(A, 100),
      callWith(B, 20),
    ]);
    ledger.rows = { 100: 110 };
    ledger.late = { 20: 22 };
    await service.price(exchange, 1000);
    expect(booked).toEqual([[{ acme: 110, labs: 20 }, false]]);
    await new Promise(setImmediate);
    expect(booked[1]).toEqual([{ acme: 110, labs: 22 }, true]);
    expect(facts.points).toBe(132);
  });

  it('looks for each row with the key of its call', async () => {
    const { found, service, exchange } = settle([callWith(A, 1), callWith(B, 2)]);
    await service.price(exchange, 1000);
    expect(found.slice(0, 2).map((call) => call.key)).toEqual([A, B]);
  });
});

describe('an answer is booked once', () => {
  it('when it was priced before it ended', async () => {
    const { booked, ledger, service, exchange, facts, counted } = settle([callWith(A, 100)]);
    ledger.rows = { 100: 110 };
    await service.price(exchange, 1000);
    service.settle(exchange, 'completed', 200);
    expect(booked).toEqual([[{ acme: 110 }, true]]);
    expect(facts.outcome).toBe('completed');
    expect(await counted('history')).toBe(110);
  });

  it('when its client leaves while it is being priced', async () => {
    const { booked, found, ledger, service, exchange, facts, counted } = settle([callWith(A, 100)]);
    ledger.rows = { 100: 110 };
    const priced = service.price(exchange, 1000);
    service.settle(exchange, 'abandoned', 200);
    await priced;
    expect(booked).toEqual([[{ acme: 110 }, true]]);
    expect(found).toHaveLength(1);
    expect(facts.outcome).toBe('abandoned');
    expect(await counted('history')).toBe(110);
    expect(await counted('estimate')).toBeUndefined();
  });

  it('when it was never priced, and corrected when its row comes', async () => {
    const { booked, ledger, service, exchange, facts, counted } = settle([callWith(A, 100)]);
    ledger.late = { 100: 110 };
    service.settle(exchange, 'failed', 200);
    service.settle(exchange, 'failed', 200);
    expect(booked).toEqual([[{ acme: 100 }, false]]);
    expect(facts).toMatchObject({ points: 100, pointsSource: 'estimate', outcome: 'failed' });
    expect(await counted('history')).toBeUndefined();
    await new Promise(setImmediate);
    expect(booked[1]).toEqual([{ acme: 110 }, true]);
    expect(await counted('history')).toBe(110);
  });

  it('as an estimate when no row ever comes', async () => {
    const { booked, service, exchange, counted } = settle([callWith(A, 100)]);
    await service.price(exchange, 1000);
    await new Promise(setImmediate);
    expect(booked).toEqual([
      [{ acme: 100 }, false],
      [{ acme: 100 }, false],
    ]);
    expect(await counted('estimate')).toBe(100);
  });
});

describe('calls', () => {
  const bookedFor = (call: object) => {
    const { booked, service, exchange } = settle([callWith(A, 100, call)]);
    service.settle(exchange, 'failed', 200);
    return booked[0]?.[0];
  };

  it.each<[string, object, Record<string, number>]>([
    ['that were answered cost something', {}, { acme: 100 }],
    ['that were refused do not', { status: 400 }, {}],
    ['that had no connection do not', { status: undefined, failedAtOnce: true }, {}],
    ['that broke off before an answer may', { status: undefined }, { acme: 100 }],
    [
      'without usage cost the prompt and what was produced',
      { usage: undefined, contentLength: 40 },
      { acme: 17 },
    ],
  ])('%s', (_, call, points) => {
    expect(bookedFor(call)).toEqual(points);
  });

  it('teach what answers of their model are like, and what they cost, each once', async () => {
    const usage = { promptTokens: 100, completionTokens: 900, reasoningTokens: 0 };
    const { ledger, service, exchange, costs } = settle([callWith(A, 100, { usage })]);
    ledger.rows = { 100: 2000 };
    await service.price(exchange, 1000);
    service.settle(exchange, 'completed', 200);
    expect(costs.expectedOutput(bot)).toBe(900);
    expect(costs.after(bot, 1000, 0)).toBe(1200);
  });

  it('teach what they cost even when their rows come late', async () => {
    const usage = { promptTokens: 100, completionTokens: 900, reasoningTokens: 0 };
    const { ledger, service, exchange, costs } = settle([callWith(A, 100, { usage })]);
    ledger.late = { 100: 2000 };
    service.settle(exchange, 'abandoned', 200);
    expect(costs.after(bot, 1000, 0)).toBe(1000);
    await new Promise(setImmediate);
    expect(costs.after(bot, 1000, 0)).toBe(1200);
  });

  it('are looked for on Poe’s clock', async () => {
    const times = { sentAt: 1000, respondedAt: 2000, clockOffsetMs: 5000 };
    const { found, service, exchange } = settle([callWith(A, 100, times)]);
    await service.price(exchange, 1000);
    expect(found[0]).toMatchObject({ bot: 'Bot', sentAt: 6000, respondedAt: 7000 });
  });
});

describe('the row of a request', () => {
  const gradesOf = (rows: [string, unknown, { grade: string; points: number }][]) =>
    rows.map(([, ending, { grade, points }]) => [ending !== undefined, grade, points]);

  it('is closed with what was found in time', async () => {
    const { rows, ledger, service, exchange } = settle([callWith(A, 100), callWith(B, 20)]);
    ledger.rows = { 100: 110, 20: 22 };
    await service.price(exchange, 1000);
    service.settle(exchange, 'completed', 200);
    expect(gradesOf(rows)).toEqual([[true, 'exact', 132]]);
    expect(rows[0]?.[1]).toMatchObject({ status: 'completed', http_status: 200, tokens_in: 120 });
  });

  it('is as sure as its least sure call, and corrected once nobody looks any longer', async () => {
    const { rows, ledger, service, exchange } = settle([callWith(A, 100), callWith(B, 20)]);
    ledger.rows = { 100: 110 };
    await service.price(exchange, 1000);
    service.settle(exchange, 'completed', 200);
    await new Promise(setImmediate);
    expect(gradesOf(rows)).toEqual([
      [true, 'estimate', 130],
      [false, 'unmatched', 130],
    ]);
    expect(rows[1]?.[2].calls.map(({ grade }) => grade)).toEqual(['exact', 'unmatched']);
  });

  it('is closed with an estimate while it is priced, and corrected then', async () => {
    const { rows, ledger, service, exchange } = settle([callWith(A, 100)]);
    ledger.rows = { 100: 110 };
    const priced = service.price(exchange, 1000);
    service.settle(exchange, 'abandoned', 499);
    expect(gradesOf(rows)).toEqual([[true, 'estimate', 100]]);
    await priced;
    expect(gradesOf(rows)[1]).toEqual([false, 'exact', 110]);
  });
});

describe('the budgets of a request', () => {
  it('hold nothing any more once it is priced, and have its bill', async () => {
    const { standing, ledger, service, exchange } = settle([callWith(A, 100)]);
    ledger.rows = { 100: 110 };
    expect(standing()).toEqual([
      [0, 50],
      [0, 50],
    ]);
    await service.price(exchange, 1000);
    expect(standing()).toEqual([
      [110, 0],
      [110, 0],
    ]);
  });

  it('have its estimate at its end, and are corrected when its row comes', async () => {
    const { standing, ledger, service, exchange } = settle([callWith(A, 100)]);
    ledger.late = { 100: 110 };
    service.settle(exchange, 'abandoned', 499);
    expect(standing()).toEqual([
      [100, 0],
      [100, 0],
    ]);
    await new Promise(setImmediate);
    expect(standing()).toEqual([
      [110, 0],
      [110, 0],
    ]);
  });

  it('have its estimate when it ends while it is being priced', async () => {
    const { standing, ledger, service, exchange } = settle([callWith(A, 100)]);
    ledger.rows = { 100: 110 };
    const priced = service.price(exchange, 1000);
    service.settle(exchange, 'abandoned', 499);
    expect(standing()[0]).toEqual([100, 0]);
    await priced;
    expect(standing()[0]).toEqual([110, 0]);
  });

  it('have of each model what its own calls cost', async () => {
    const other = { ...bot, name: 'Other' };
    const { standing, service, exchange } = settle([
      callWith(A, 100),
      callWith(A, 20, { model: other }),
    ]);
    await service.price(exchange, 0);
    expect(standing()).toEqual([
      [120, 0],
      [100, 0],
    ]);
  });

  it('are given nothing by a bill below 0', async () => {
    const { standing, ledger, service, exchange } = settle([callWith(A, 100)]);
    ledger.rows = { 100: -5 };
    await service.price(exchange, 1000);
    expect(standing()).toEqual([
      [0, 0],
      [0, 0],
    ]);
  });
});
