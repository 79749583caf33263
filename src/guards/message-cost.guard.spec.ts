import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import type { FastifyRequest } from 'fastify';
import { pino } from 'pino';
import { afterAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../config/load-config.ts';
import { Paused } from '../errors/paused.ts';
import { ANONYMOUS } from '../keys/caller.ts';
import type { ModelRegistry } from '../models/model-registry.ts';
import type { ModelsFileService } from '../models/models-file.service.ts';
import { parseModelsFile } from '../models/parse-models-file.ts';
import { RequestFacts } from '../observability/request-facts.ts';
import { CountingThread } from '../tokens/counting-thread.ts';
import { TokenCounter } from '../tokens/token-counter.service.ts';
import { PoeAccounts } from '../poe/poe-accounts.ts';
import { BalanceService } from '../usage/balance.service.ts';
import { LearnedCostsService } from '../usage/learned-costs.service.ts';
import type { UsageClient } from '../usage/usage-client.ts';
import type { Admission } from './admission.ts';
import { MessageCostGuard } from './message-cost.guard.ts';
import { MOST_MESSAGES } from './message-limits.ts';

const registry = parseModelsFile(`
models:
  text:
    - { poe_name: Big, points_per_1k_in: 100, points_per_1k_out: 1000, aliases: [big] }
    - { poe_name: Small, points_per_1k_in: 1, points_per_1k_out: 2 }
    - { poe_name: Capped, points_per_1k_in: 1000, points_per_1k_out: 0, max_tokens: 100 }
    - { poe_name: Unpriced }
  image:
    - { poe_name: Painter, base: 934 }
`) as ModelRegistry;

const thread = new CountingThread();
const tokens = new TokenCounter(thread);
afterAll(() => thread.close());

const WORDS = 'hello '.repeat(1000);

async function admit(
  body: unknown,
  { limit = 0, balance: points = 1_000_000, isOver = false } = {},
) {
  const { poe, spending } = loadConfig({
    POE_API_KEY: 'a-key',
    MAX_POINTS_PER_MESSAGE: String(limit),
  });
  const client = { readBalance: () => Promise.resolve(points) } as unknown as UsageClient;
  const log = pino({ enabled: false });
  const balance = new BalanceService(client, new PoeAccounts(poe), spending, log);
  await balance.ensureFresh();
  const models = { registry } as ModelsFileService;
  const costs = new LearnedCostsService(models);
  const guard = new MessageCostGuard(models, tokens, costs, balance, spending);
  const facts = new RequestFacts('req_1');
  facts.isOver = isOver;
  const admission: Admission = { caller: ANONYMOUS, tokensIn: 0, estimate: 0 };
  const request = { body, admission, facts } as FastifyRequest;
  const context = new ExecutionContextHost([request]);
  return { admission, balance, context, request, answer: () => guard.canActivate(context) };
}

const ask = (model: string, content: unknown = WORDS, more = {}) => ({
  model,
  messages: [{ role: 'user', content }],
  ...more,
});

describe('what is no proper body', () => {
  it.each([
    ['no body', undefined],
    ['null', null],
    ['a list', []],
    ['a text', 'text'],
    ['no model', { messages: [] }],
    ['a model that is no name', { model: 5, messages: [] }],
    ['an unknown model', ask('Unknown')],
    ['no messages', { model: 'Big' }],
    ['messages that are no list', { model: 'Big', messages: 'hello' }],
    ['too many messages', { model: 'Big', messages: Array(MOST_MESSAGES + 1).fill({}) }],
  ])('passes without a look, for the pipe will refuse it: %s', async (_, body) => {
    const { answer, admission, balance } = await admit(body, { limit: 1 });
    expect(await answer()).toBe(true);
    expect(admission).toEqual({ caller: ANONYMOUS, tokensIn: 0, estimate: 0 });
    expect(balance.available).toBe(1_000_000);
  });

  it('may hold any JSON in its messages', async () => {
    const messages = [null, 5, [], { content: [null, { type: 'text', text: 5 }] }];
    const { answer } = await admit({ model: 'Big', messages, tools: [null] }, { limit: 1000 });
    expect(await answer()).toBe(true);
  });
});

describe('the estimate', () => {
  it('is by bytes where nothing depends on it, and its points are set aside', async () => {
    const { answer, admission, balance } = await admit(ask('big'));
    expect(await answer()).toBe(true);
    // 6,000 bytes, the frame of the message and the start of the reply.
    expect(admission.tokensIn).toBe(1500 + 4 + 3);
    expect(admission.estimate).toBe(151 + 500);
    expect(balance.available).toBe(1_000_000 - 651);
    expect(balance.balance).toBe(1_000_000);
  });

  it.each([
    ['max_tokens', { max_tokens: 100 }, 100],
    ['max_completion_tokens', { max_completion_tokens: 10 }, 10],
    ['the higher of both', { max_tokens: 1, max_completion_tokens: 200 }, 200],
    ['what the model lately produced', { max_tokens: 9999 }, 500],
    ['nothing absurd', { max_tokens: -1, max_completion_tokens: '5' }, 500],
  ])('of the answer is bounded by %s', async (_, more, tokensOut) => {
    const { answer, admission } = await admit(ask('Big', WORDS, more));
    await answer();
    expect(admission.estimate).toBe(151 + tokensOut);
  });

  it('is of what is left after clipping, counted or not', async () => {
    const uncounted = await admit(ask('Capped'));
    expect(await uncounted.answer()).toBe(true);
    expect(uncounted.admission).toMatchObject({ tokensIn: 100, estimate: 100 });

    const withinLimit = await admit(ask('Capped'), { limit: 100 });
    expect(await withinLimit.answer()).toBe(true);
    expect(withinLimit.admission).toMatchObject({ tokensIn: 100, estimate: 100 });

    const counted = await admit(ask('Capped'), { limit: 99 });
    await expect(counted.answer()).rejects.toThrow('estimated at 100 points');
    expect(counted.admission.tokensIn).toBe(100);
  });

  it('counts exactly where the bytes alone would be too much', async () => {
    const { answer, admission } = await admit(ask('Big', WORDS, { max_tokens: 1 }), { limit: 120 });
    expect(await answer()).toBe(true);
    expect(admission.tokensIn).toBeGreaterThan(1000);
    expect(admission.tokensIn).toBeLessThan(1010);
  });

  it('counts tools as well', async () => {
    const tools = [{ type: 'function', function: { name: 'f', description: WORDS } }];
    const { answer } = await admit(ask('Big', WORDS, { tools, max_tokens: 1 }), { limit: 120 });
    await expect(answer()).rejects.toThrow(/estimated at 20\d points/);
  });

  it.each([
    ['response_format', { type: 'json_schema', json_schema: { description: WORDS } }],
    ['functions', [{ name: 'f', description: WORDS }]],
    ['prediction', { type: 'content', content: WORDS }],
    ['tool_choice', { type: 'function', function: { name: WORDS } }],
  ])('counts %s as well, exactly or by bytes', async (name, value) => {
    const exact = await admit(ask('Big', 'hi', { [name]: value, max_tokens: 1 }), { limit: 90 });
    await expect(exact.answer()).rejects.toThrow(/estimated at 10\d points/);
    const guessed = await admit(ask('Big', 'hi', { [name]: value, max_tokens: 1 }));
    await guessed.answer();
    expect(guessed.admission.estimate).toBeGreaterThan(150);
  });

  it('of a model without a price is that of the dearest of its modality', async () => {
    const passing = await admit(ask('Unpriced'));
    expect(await passing.answer()).toBe(true);
    // Capped's, of 1,000 points per 1,000 tokens.
    expect(passing.admission.estimate).toBe(1507);
    const { answer } = await admit(ask('Unpriced'), { limit: 500 });
    await expect(answer()).rejects.toThrow('points with Unpriced, above the limit of 500');
  });
});

describe('above MAX_POINTS_PER_MESSAGE', () => {
  it('is refused with the estimate, the limit and what is cheaper', async () => {
    const { answer, admission, balance } = await admit(ask('big'), { limit: 500 });
    await expect(answer()).rejects.toMatchObject({
      status: 402,
      code: 'max_points_per_message',
      message: expect.stringMatching(
        /^This message is estimated at 60\d points with Big, above the limit of 500 points per message \(MAX_POINTS_PER_MESSAGE\)\. .* Cheaper for this size: Small \(\d\)\.$/,
      ) as string,
    });
    expect(admission.hold).toBeUndefined();
    expect(balance.available).toBe(1_000_000);
  });

  it('names nothing cheaper where there is nothing', async () => {
    const { answer } = await admit(ask('Painter', 'a cat'), { limit: 900 });
    await expect(answer()).rejects.toThrow(/another model\.$/);
  });

  it('is passed at the limit itself', async () => {
    const { answer } = await admit(ask('Painter', 'a cat'), { limit: 934 });
    expect(await answer()).toBe(true);
  });

  it('is nothing when the limit is off', async () => {
    const { answer } = await admit(ask('Painter', 'a cat'));
    expect(await answer()).toBe(true);
  });
});

describe('the hold', () => {
  it('is refused when others took the points while this one was counted', async () => {
    const { answer, balance } = await admit(ask('Small'), { balance: 100_000 });
    balance.hold(1);
    await expect(answer()).rejects.toThrow(Paused);
    await expect(answer()).rejects.toThrow('99,999 points');
  });

  it('is not made for a client that has left meanwhile: nobody would settle it', async () => {
    const { answer, admission, balance } = await admit(ask('Big'), { isOver: true });
    expect(await answer()).toBe(true);
    expect(admission.hold).toBeUndefined();
    expect(balance.available).toBe(1_000_000);
  });
});
