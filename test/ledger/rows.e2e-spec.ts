import { once } from 'node:events';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { describeDatabases } from '../support/databases.ts';
import { ask, chat, open as openCall } from '../support/chat.ts';
import { requestsOf, startLedgerGateway, type LedgerGateway } from '../support/ledger-gateway.ts';
import { modelsFile } from '../support/models-file.ts';
import { readStream } from '../support/stream.ts';
import { until } from '../support/until.ts';

const MODELS = `
models:
  text:
    - { poe_name: GPT-4.1, per_1k_tokens: 60, aliases: [house-model], fallbacks: [GPT-5.4-Mini] }
    - { poe_name: GPT-5.4-Mini, per_1k_tokens: 60, max_tokens: 2000 }
`;
const TOO_LONG = [{ type: 'function', function: { name: 'f', description: 'word '.repeat(4000) } }];
const CANARY = 'canary-prompt-4711';
const TABLES = ['requests', 'calls', 'poe_entries', 'balances', 'audit', 'leases'] as const;

describeDatabases('The ledger', (databases) => {
  let kept: LedgerGateway;

  const start = async (environment: Record<string, string> = {}) => {
    kept = await startLedgerGateway(databases, {
      MODELS_FILE: modelsFile(MODELS),
      PROXY_API_KEYS: 'ci:a-secret-of-the-pipeline',
      ...environment,
    });
  };
  const bearer = { authorization: 'Bearer a-secret-of-the-pipeline' };
  const send = (body: Parameters<typeof chat>[1]) => chat(kept.gateway.url, body, bearer);
  const closed = async (count = 1) => {
    await until('its row is closed', async () => {
      const rows = await requestsOf(kept.database);
      return rows.filter(({ status }) => status !== 'open').length === count;
    });
    return requestsOf(kept.database);
  };
  const calls = () => kept.database.kysely.selectFrom('calls').selectAll().orderBy('id').execute();
  const steps = (text: string, more = {}) => ({
    ...ask('ok'),
    model: 'GPT-4.1',
    messages: [{ role: 'user', content: `[[sandbox GPT-4.1: ${text}]]` }],
    ...more,
  });

  beforeEach(() => start());
  afterEach(() => kept.close());

  it('has a row for a completed request, and one for its call', async () => {
    expect((await send(ask('ok tokens=7'))).status).toBe(200);
    const [row] = await closed();
    expect(row).toMatchObject({
      key_id: 'env:ci',
      key_name: 'ci',
      team_name: 'default',
      model: 'GPT-5.4-Mini',
      model_used: 'GPT-5.4-Mini',
      stream: 1,
      status: 'completed',
      http_status: 200,
      attempts: 1,
      grade: 'estimate',
      query_id: null,
    });
    expect(row?.tokens_in).toBeGreaterThan(0);
    expect(row?.tokens_out).toBeGreaterThan(0);
    expect(row?.held).toBeGreaterThan(0);
    expect(row?.points).toBeGreaterThan(0);
    expect(row?.duration_ms).toBeGreaterThanOrEqual(row?.first_token_ms ?? NaN);
    expect(row?.closed_at).toBeGreaterThanOrEqual(row?.opened_at ?? NaN);
    const [call, ...others] = await calls();
    expect(others).toEqual([]);
    expect(call).toMatchObject({
      request_id: row?.id,
      bot: 'GPT-5.4-Mini',
      points: row?.points,
      tokens_in: row?.tokens_in,
      tokens_out: row?.tokens_out,
    });
  });

  it('knows the row of Poe by its id when it was found in time', async () => {
    await kept.close();
    await start({ FOOTER: 'always', FOOTER_WAIT_MS: '10000' });
    await send(ask('ok'));
    const [row] = await closed();
    const [entry] = kept.sandbox.ledger;
    expect(row).toMatchObject({
      grade: 'exact',
      query_id: entry?.query_id,
      points: entry?.cost_points,
    });
    expect(await calls()).toMatchObject([{ grade: 'exact', query_id: entry?.query_id }]);
  });

  it('is corrected when the row of Poe comes later', async () => {
    await send(ask('ok', { stream: false }));
    await closed();
    await until(
      'it is corrected',
      async () => (await requestsOf(kept.database))[0]?.grade === 'exact',
    );
    const [entry] = kept.sandbox.ledger;
    const cost = { query_id: entry?.query_id, points: entry?.cost_points };
    expect(await requestsOf(kept.database)).toMatchObject([{ status: 'completed', ...cost }]);
    expect(await calls()).toMatchObject([{ grade: 'exact', ...cost }]);
  });

  it('has a failed request, in the middle and from the start', async () => {
    await send(ask('cut-mid-stream'));
    const refused = await send(ask('moderation', { stream: false }));
    expect(await closed(2)).toMatchObject([
      { status: 'failed', http_status: 200, model_used: 'GPT-5.4-Mini', attempts: 1 },
      { status: 'failed', http_status: refused.status, points: 0, grade: 'exact' },
    ]);
    expect(refused.status).toBeGreaterThanOrEqual(400);
  });

  it('has an abandoned stream, open while it runs', async () => {
    const call = openCall(kept.gateway.url, ask('stall'), bearer);
    call.on('error', () => undefined);
    const [response] = (await once(call, 'response')) as [NodeJS.ReadableStream];
    response.on('error', () => undefined);
    const [open] = await requestsOf(kept.database);
    expect(open).toMatchObject({ status: 'open', closed_at: null, grade: 'estimate' });
    expect(open?.points).toBe(open?.held);
    call.destroy();
    expect(await closed()).toMatchObject([{ status: 'abandoned', http_status: 200 }]);
  });

  it('tells the model that was asked from the one that answered', async () => {
    await send(steps('provider-quota', { model: 'house-model' }));
    expect(await closed()).toMatchObject([
      { model: 'house-model', model_used: 'GPT-5.4-Mini', status: 'completed', attempts: 2 },
    ]);
    expect(await calls()).toMatchObject([{ bot: 'GPT-5.4-Mini' }]);
  });

  it('counts retries in one row', async () => {
    await send(ask('unavailable unavailable ok', { stream: false }));
    expect(await closed()).toMatchObject([{ status: 'completed', attempts: 3 }]);
    expect(await calls()).toHaveLength(1);
  });

  it('has nothing of what was refused before Poe was asked', async () => {
    const refusals = [
      await send({ model: 'GPT-5.4-Mini', messages: 'none' }),
      await send(ask('ok', { model: 'Nobody' })),
      await send(ask('ok', { tools: TOO_LONG })),
      await chat(kept.gateway.url, ask('ok')),
    ];
    expect(refusals.map(({ status }) => status)).toEqual([400, 404, 400, 401]);
    await send(ask('ok'));
    expect(await closed()).toHaveLength(1);
  });

  it('keeps each request apart, whatever its client calls it', async () => {
    const headers = { ...bearer, 'x-request-id': CANARY };
    await Promise.all([1, 2].map(() => chat(kept.gateway.url, ask('ok'), headers)));
    expect(await closed(2)).toHaveLength(2);
  });

  it('holds no word of a prompt or an answer', async () => {
    const content = `[[sandbox: ok tokens=30]] ${CANARY}`;
    const reply = await send(ask('', { messages: [{ role: 'user', content }], user: CANARY }));
    const { answer } = readStream(reply.text);
    expect(answer.length).toBeGreaterThan(20);
    await closed();
    for (const table of TABLES) {
      const rows = await kept.database.kysely.selectFrom(table).selectAll().execute();
      expect(JSON.stringify(rows)).not.toContain('canary');
      expect(JSON.stringify(rows)).not.toContain(answer.slice(0, 20));
    }
  });

  it('tells a key what it spent, by day and model', async () => {
    await send(ask('ok'));
    await send(steps('ok'));
    await send(ask('ok'));
    await closed(3);
    const isBilled = ({ grade }: { grade: string }) => grade === 'exact' || grade === 'equal';
    await until('nothing is corrected any more', async () =>
      (await requestsOf(kept.database)).every(isBilled),
    );
    const rows = await requestsOf(kept.database);
    const [first] = rows;
    if (!first) throw new Error('there is no row');
    await kept.database.kysely
      .insertInto('requests')
      .values([
        { ...first, id: 'other', key_id: 'env:other' },
        { ...first, id: 'old', opened_at: Date.now() - 40 * 86_400_000 },
      ])
      .execute();
    const reply = await fetch(`${kept.gateway.url}/v1/usage`, { headers: bearer });
    const date = new Date().toISOString().slice(0, 10);
    const points = rows.reduce((sum, row) => sum + row.points, 0);
    expect(await reply.json()).toMatchObject({
      object: 'list',
      data: [
        { object: 'usage', date, model: 'GPT-4.1', num_model_requests: 1 },
        { object: 'usage', date, model: 'GPT-5.4-Mini', num_model_requests: 2 },
      ],
      totals: { num_model_requests: 3, points },
    });
    expect((await fetch(`${kept.gateway.url}/v1/usage`)).status).toBe(401);
  });
});
