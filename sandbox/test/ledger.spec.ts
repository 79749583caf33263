import { afterEach, describe, expect, it } from 'vitest';

import { type Sandbox, type SandboxOptions, startSandbox } from '../start-sandbox.ts';
import { ask, completionOf, get, jsonOf, userMessage } from './ask.ts';

interface Page {
  readonly has_more: boolean;
  readonly length: number;
  readonly data: readonly {
    readonly creation_time: number;
    readonly bot_name: string;
    readonly query_id: string;
    readonly cost_points: number;
    readonly cost_usd: string;
    readonly cost_breakdown_in_points: Readonly<Record<string, string>>;
  }[];
}

let sandbox: Sandbox;

async function start(options: Partial<SandboxOptions> = {}): Promise<void> {
  sandbox = await startSandbox(options);
}

afterEach(async () => {
  await sandbox.close();
});

function call(marker: string, model = 'claude-haiku-4.5') {
  return ask(sandbox, { model, ...userMessage(`[[sandbox: ${marker}]]`) });
}

async function history(query = ''): Promise<Page> {
  return jsonOf(await get(sandbox, `/usage/points_history${query}`)) as unknown as Page;
}

async function balance(): Promise<unknown> {
  return jsonOf(await get(sandbox, '/usage/current_balance')).current_point_balance;
}

describe('a row', () => {
  it('has exactly the eight keys, with the recorded figures', async () => {
    await start();
    const before = Date.now();
    await call('ok prompt=8369 tokens=4');
    const after = Date.now();
    const { data, ...page } = await history();

    expect(page).toEqual({ has_more: false, length: 1 });
    expect(data).toEqual([
      {
        creation_time: expect.any(Number) as number,
        bot_name: 'Claude-Haiku-4.5',
        query_id: expect.stringMatching(/^ahb[0-9a-z]{15}$/) as string,
        usage_type: 'API',
        cost_usd: '0.0072',
        cost_points: 239,
        cost_breakdown_in_points: {
          Input: '238 points (8369 tokens)',
          Output: '1 point (4 tokens)',
          Total: '239 points',
        },
        api_key_name: 'Default API Key',
      },
    ]);
    const createdAfter = (data[0]?.creation_time ?? 0) / 1000;
    expect(createdAfter).toBeGreaterThanOrEqual(before + 12);
    expect(createdAfter).toBeLessThanOrEqual(after + 79);
    expect(await balance()).toBe(1_000_000 - 239);
    expect(sandbox.journal[0]).toMatchObject({ queryId: data[0]?.query_id, points: 239 });
  });

  it('discounts cached tokens', async () => {
    await start();
    await call('ok prompt=7661 tokens=5 cached=7424', 'gpt-5.4-mini');
    const { data } = await history();
    expect(data[0]?.cost_breakdown_in_points).toEqual({
      Input: '173 points (7661 tokens)',
      Output: '1 point (5 tokens)',
      'Cache discount': '-150 points (7424 tokens)',
      Total: '24 points',
    });
  });

  it('of a bot with a flat price has no token lines', async () => {
    await start();
    await call('ok', 'Llama-3.3-70B');
    await call('ok first=0', 'DALL-E-3');
    // Two calls so close together may have their rows in either order.
    const lines = sandbox.ledger.map((row) => [row.bot_name, row.cost_breakdown_in_points]);
    expect(Object.fromEntries(lines)).toEqual({
      'Llama-3.3-70B': { Total: '130 points' },
      'DALL-E-3': { Image: '1500 points', Total: '1500 points' },
    });
  });

  it('names the key that was used', async () => {
    await start({ keys: [{ name: 'Team B', key: 'b' }] });
    await ask(sandbox, {}, { headers: { authorization: 'Bearer b' } });
    expect(sandbox.ledger[0]?.api_key_name).toBe('Team B');
  });

  it("bills the strict dialect's usage, and more than the legacy dialect's", async () => {
    await start();
    for (const dialect of ['strict', 'legacy']) {
      const body = { model: 'GPT-4.1', ...userMessage('Hello there') };
      const headers = { 'poe-feature': `chat-completions-${dialect}` };
      const { usage } = completionOf(await ask(sandbox, body, { headers }));
      const line = sandbox.ledger.at(-1)?.cost_breakdown_in_points.Input;
      const isBilled = line?.includes(`(${usage.prompt_tokens} tokens)`);
      expect(isBilled).toBe(dialect === 'strict');
    }
  });

  it("bills Grok's reasoning, which its usage leaves out", async () => {
    await start();
    const response = await call('ok tokens=4 reasoning=354 prompt=163 cached=162', 'grok-4');
    expect(completionOf(response).usage).toMatchObject({
      prompt_tokens: 163,
      completion_tokens: 4,
      total_tokens: 167,
      completion_tokens_details: { reasoning_tokens: 354 },
      prompt_tokens_details: { cached_tokens: 162 },
    });
    expect(sandbox.ledger[0]?.cost_breakdown_in_points.Output).toMatch(/358 tokens/);
  });
});

describe('lag', () => {
  it('keeps row and balance back together', async () => {
    await start({ ledgerLagMs: [60_000, 60_000] });
    await call('ok');
    expect((await history()).length).toBe(0);
    expect(await balance()).toBe(1_000_000);
    expect(sandbox.ledger).toHaveLength(1);
  });

  it('ends', async () => {
    await start();
    await call('ok lag=100');
    expect((await history()).length).toBe(0);
    await expect.poll(async () => (await history()).length).toBe(1);
    expect(sandbox.balance).toBeLessThan(1_000_000);
  });
});

describe('knobs', () => {
  const tokens = 'prompt=8369 tokens=4';

  it('ledger-missing: paid without a row', async () => {
    await start();
    await call(`ledger-missing ${tokens}`);
    expect((await history()).length).toBe(0);
    expect(await balance()).toBe(1_000_000 - 239);
  });

  it('ledger-late: neither for minutes, or as long as lag= says', async () => {
    await start();
    await call(`ledger-late ${tokens}`);
    expect((await history()).length).toBe(0);
    expect(await balance()).toBe(1_000_000);
    await call(`ledger-late lag=0 ${tokens}`);
    expect((await history()).length).toBe(1);
  });

  it('ledger-zero-first: a row of 0 points that changes', async () => {
    await start();
    await call(`ledger-zero-first zero=300 ${tokens}`);
    const { data } = await history();
    expect(data[0]).toMatchObject({
      cost_points: 0,
      cost_usd: '0.00',
      cost_breakdown_in_points: {},
    });
    expect(await balance()).toBe(1_000_000);
    await expect.poll(async () => (await history()).data[0]?.cost_points).toBe(239);
    expect((await history()).data[0]?.query_id).toBe(data[0]?.query_id);
  });

  it('ledger-negative: a refund', async () => {
    await start();
    await call(`ledger-negative ${tokens}`);
    expect((await history()).data[0]).toMatchObject({ cost_points: -239, cost_usd: '-0.0072' });
    expect(await balance()).toBe(1_000_239);
  });

  it('ledger-duplicate: two rows, paid twice', async () => {
    await start();
    await call(`ledger-duplicate ${tokens}`);
    const [first, second] = (await history()).data;
    expect({ ...first, query_id: '' }).toEqual({ ...second, query_id: '' });
    expect(first?.query_id).not.toBe(second?.query_id);
    expect(await balance()).toBe(1_000_000 - 2 * 239);
  });

  it('ledger-swapped: the newer row stands behind the older', async () => {
    await start();
    await call('ok', 'GPT-4.1');
    await expect.poll(() => Date.now() * 1000).toBeGreaterThan(newest() + 100_000);
    await call(`ledger-swapped ${tokens}`);
    const [first, second] = (await history()).data;
    expect([first?.bot_name, second?.bot_name]).toEqual(['GPT-4.1', 'Claude-Haiku-4.5']);
    expect(first?.creation_time).toBeLessThan(second?.creation_time ?? 0);
  });

  it('as a parameter go with any scenario', async () => {
    await start();
    await call(`crlf ledger=missing ${tokens}`);
    expect((await history()).length).toBe(0);
  });

  function newest(): number {
    return sandbox.ledger.at(-1)?.creation_time ?? 0;
  }
});

describe('paging', () => {
  it('by the last row, newest first, 20 unless asked', async () => {
    await start();
    const now = Date.now() * 1000;
    for (let index = 0; index < 25; index += 1) {
      sandbox.addLedgerRow({ query_id: `row${index}`, creation_time: now + index, cost_points: 1 });
    }
    const first = await history();
    expect(first).toMatchObject({ has_more: true, length: 20 });
    expect(first.data[0]?.query_id).toBe('row24');

    const rest = await history(`?limit=100&starting_after=${first.data[19]?.query_id}`);
    expect(rest).toMatchObject({ has_more: false, length: 5 });
    expect(rest.data.at(-1)?.query_id).toBe('row0');
    expect(await balance()).toBe(1_000_000 - 25);
  });

  it('refuses what is out of range, and strangers', async () => {
    await start();
    for (const query of ['?limit=0', '?limit=101', '?limit=x', '?starting_after=nobody']) {
      expect((await get(sandbox, `/usage/points_history${query}`)).status).toBe(400);
    }
    const stranger = { authorization: 'Bearer other' };
    expect((await get(sandbox, '/usage/points_history', stranger)).status).toBe(401);
    expect((await get(sandbox, '/usage/current_balance', stranger)).status).toBe(401);
  });

  it('shows rows of other kinds with their own members', async () => {
    await start();
    sandbox.addLedgerRow({ usage_type: 'Chat', chat_name: 'Holiday' });
    expect((await history()).data[0]).toMatchObject({ usage_type: 'Chat', chat_name: 'Holiday' });
  });
});

describe('the balance', () => {
  it('is 402 at 0, not before: a call may overshoot', async () => {
    await start({ balance: 1 });
    expect((await call('ok prompt=8369 tokens=4')).status).toBe(200);
    expect(await balance()).toBe(-238);
    const refused = await call('ok');
    expect(refused.status).toBe(402);
    expect(sandbox.ledger).toHaveLength(1);

    sandbox.balance = 0;
    expect((await call('ok')).status).toBe(402);
    sandbox.balance = 1;
    expect((await call('ok')).status).toBe(200);
  });
});

it("clockSkewMs moves Poe's times, all of them", async () => {
  const skew = 3_600_000;
  await start({ clockSkewMs: skew });
  const response = await call('ok');
  const expected = Date.now() + skew;
  const end = Number(response.headers['x-q-stat']?.split(',')[8]) * 1000;
  const times = [
    Date.parse(response.headers.date ?? ''),
    completionOf(response).created * 1000,
    end,
    (sandbox.ledger[0]?.creation_time ?? 0) / 1000,
  ];
  for (const time of times) expect(Math.abs(time - expected)).toBeLessThan(60_000);
  expect((await history()).length).toBe(1);
});
