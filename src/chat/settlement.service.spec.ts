import { describe, expect, it } from 'vitest';
import type { PoeKey } from '../config/config.ts';
import type { Admission } from '../guards/admission.ts';
import { ANONYMOUS } from '../keys/caller.ts';
import type { ModelRegistry } from '../models/model-registry.ts';
import { parseModelsFile } from '../models/parse-models-file.ts';
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

const key = (name: string, account: string): PoeKey => ({ name, account, secret: `pk-${name}` });
const [A, B, C] = [key('a', 'acme'), key('b', 'labs'), key('c', 'acme')];

/** An answered call that is estimated at as many points as it had tokens in. */
const callWith = (with_: PoeKey, tokensIn: number, more: Partial<UpstreamCall> = {}) => ({
  key: with_,
  bot: 'Bot',
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
  const service = new SettlementService(history, new LearnedCostsService(), new Metrics());
  const hold = {
    drawFrom: () => undefined,
    release: () => undefined,
    settle: (points: ReadonlyMap<string, number>, billed: boolean) => {
      booked.push([Object.fromEntries(points), billed]);
    },
  };
  const admission: Admission = { caller: ANONYMOUS, tokensIn: 0, estimate: 0, hold };
  const model = registry.find('Bot');
  if (!model) throw new Error('the model is registered');
  const facts = new RequestFacts('req_1');
  const request = {} as ChatRequest;
  const exchange = new Exchange(request, model, registry, false, 0, facts, admission);
  exchange.calls.push(...calls);
  return { booked, found, ledger, service, exchange, facts };
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
