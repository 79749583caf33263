import { afterEach, expect, it } from 'vitest';
import type { RequestRow } from '../../src/store/schema.ts';
import { ask, chat } from '../support/chat.ts';
import { describeDatabases } from '../support/databases.ts';
import { requestsOf, startLedgerGateway, type LedgerGateway } from '../support/ledger-gateway.ts';
import { callsOf, entriesOf, hurry, UNLIMITED } from '../support/reconciliation.ts';
import { until } from '../support/until.ts';

const KEY = 'Default API Key';
const BOT = 'GPT-5.4-Mini';

describeDatabases('The reconciliation', (databases) => {
  let kept: LedgerGateway;

  const start = async (graceMs?: number) => {
    const settings = { ...UNLIMITED, POE_API_KEY_NAME: KEY };
    const sandbox = { requestsPerMinute: 100_000 };
    kept = await startLedgerGateway(databases, settings, sandbox, hurry(graceMs));
  };
  const send = (steps: string, more = {}) => chat(kept.gateway.url, ask(steps, more));
  const reached = async (what: string, condition: () => Promise<boolean>) => {
    await until(what, condition, 15_000);
  };
  const kindsOf = async () => (await entriesOf(kept.database)).map(({ kind }) => kind);
  const lost = async (rows: Partial<RequestRow>[]) => {
    await send('ok');
    await reached('there is one to copy', async () => (await kindsOf()).join() === 'matched');
    const [row] = await requestsOf(kept.database);
    if (!row) throw new Error('there is no row');
    const dead = { status: 'lost' as const, points: 500, held: 500, query_id: null };
    const all = rows.map((changes, at) => {
      return { ...row, ...dead, model_used: null, id: `lost-${at}`, ...changes };
    });
    await kept.database.kysely.insertInto('requests').values(all).execute();
  };

  afterEach(() => kept.close());

  it('books an entry that comes late to its call, and its points to the request', async () => {
    await start(60_000);
    await send('ok lag=1000');
    await reached('it is booked', async () => (await kindsOf()).join() === 'matched');
    const [entry] = kept.sandbox.ledger;
    const cost = { grade: 'exact', query_id: entry?.query_id, points: entry?.cost_points };
    const [call] = await callsOf(kept.database);
    expect(call).toMatchObject({ ...cost, key_name: KEY });
    expect(await requestsOf(kept.database)).toMatchObject([{ status: 'completed', ...cost }]);
    expect(await entriesOf(kept.database)).toMatchObject([{ call_id: call?.id, reason: null }]);
  });

  it('waits for the cost of an entry that shows 0 points first, and follows a change', async () => {
    await start(60_000);
    await send('ok ledger=zero-first zero=800');
    await reached('it is seen', async () => (await kindsOf()).length > 0);
    expect(await entriesOf(kept.database)).toMatchObject([{ kind: 'pending', points: 0 }]);
    await reached('it is booked', async () => (await kindsOf()).join() === 'matched');
    const points = kept.sandbox.ledger[0]?.cost_points;
    expect(await requestsOf(kept.database)).toMatchObject([{ points, grade: 'exact' }]);
    // As if Poe had told another cost before.
    const { kysely } = kept.database;
    await kysely.updateTable('poe_entries').set({ points: 1, tokens_out: null }).execute();
    await kysely.updateTable('calls').set({ points: 1 }).execute();
    await reached('it is corrected', async () => {
      const [request] = await requestsOf(kept.database);
      const [call] = await callsOf(kept.database);
      return call?.points === points && request?.points === points;
    });
  });

  it('tells what others did with the account, and why it thinks so', async () => {
    await start();
    kept.sandbox.addLedgerRow({ usage_type: 'Chat', query_id: 'of-the-chat' });
    kept.sandbox.addLedgerRow({ api_key_name: 'Another', query_id: 'of-another' });
    kept.sandbox.addLedgerRow({ api_key_name: KEY, query_id: 'of-nobody' });
    await send('ok lag=300');
    const isOver = async () => {
      const kinds = await kindsOf();
      return kinds.length === 4 && !kinds.includes('pending');
    };
    await reached('they are external', isOver);
    const reasons = (await entriesOf(kept.database)).map(({ query_id, reason }) => [
      query_id,
      reason,
    ]);
    expect(Object.fromEntries(reasons)).toMatchObject({
      'of-the-chat': 'chat',
      'of-another': 'other_key',
      'of-nobody': 'no_call',
    });
    expect((await kindsOf()).sort()).toEqual(['external', 'external', 'external', 'matched']);
  });

  it('gives an entry back to a call whose row is written late', async () => {
    await start();
    await send('ok');
    await reached('it is booked', async () => (await kindsOf()).join() === 'matched');
    const [call] = await callsOf(kept.database);
    if (!call) throw new Error('there is no call');
    const entry = { input: 77, output: 5 };
    kept.sandbox.addLedgerRow({
      query_id: 'later',
      bot_name: BOT.toUpperCase(),
      cost_points: 12,
      cost_breakdown_in_points: {
        Input: `7 points (${entry.input} tokens)`,
        Output: `5 points (${entry.output} tokens)`,
      },
      api_key_name: KEY,
      creation_time: call.sent_at * 1000,
    });
    await reached('it is external', async () => (await kindsOf()).includes('external'));
    const counts = { tokens_in: entry.input, tokens_out: entry.output, tokens_reasoning: 0 };
    const late = { id: 'late', query_id: null, grade: 'unmatched' as const, points: 3 };
    await kept.database.kysely
      .insertInto('calls')
      .values({ ...call, ...counts, ...late })
      .execute();
    await reached('it is booked after all', async () => !(await kindsOf()).includes('external'));
    const [request] = await requestsOf(kept.database);
    expect(request?.points).toBe(call.points + 12);
  });

  it('gives entries that no call fits to requests of a process that died', async () => {
    await start(60_000);
    const now = Date.now() - 60_000;
    await lost([
      { opened_at: now, closed_at: now + 40_000 },
      { opened_at: now + 5000, closed_at: now + 40_000 },
      { opened_at: now + 9000, closed_at: now + 40_000, model: 'GPT-4.1' },
    ]);
    for (const [at, cost] of [
      [30, 111],
      [5040, 222],
    ] as const) {
      const creation_time = (now + at) * 1000;
      kept.sandbox.addLedgerRow({ bot_name: BOT, cost_points: cost, creation_time });
    }
    await reached('they are booked', async () => (await callsOf(kept.database)).length === 3);
    const { kysely } = kept.database;
    const rows = await kysely
      .selectFrom('requests')
      .select(['id', 'points', 'status'])
      .where('status', '=', 'lost')
      .orderBy('id')
      .execute();
    expect(rows.map(({ points }) => points)).toEqual([111, 222, 500]);
    // One of them was only held up, and tells itself what it called.
    await kysely
      .updateTable('requests')
      .set({ status: 'completed' })
      .where('id', '=', 'lost-0')
      .execute();
    await reached('it is undone', async () => (await callsOf(kept.database)).length === 2);
    expect((await kindsOf()).sort()).toEqual(['matched', 'matched', 'pending']);
  });

  it('writes off what Poe never billed', async () => {
    await start(300);
    await send('ok ledger=missing');
    const [row] = await requestsOf(kept.database);
    expect(row?.points).toBeGreaterThan(0);
    await reached('it is written off', async () => {
      const [request] = await requestsOf(kept.database);
      return request?.points === 0;
    });
    expect(await callsOf(kept.database)).toMatchObject([{ points: 0, grade: 'unmatched' }]);
    expect(await requestsOf(kept.database)).toMatchObject([{ points: 0, grade: 'unmatched' }]);
  });

  it('writes nothing off while Poe’s ledger cannot be read', async () => {
    await start(100);
    kept.sandbox.isUsageDown = true;
    await send('ok');
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect((await requestsOf(kept.database))[0]?.points).toBeGreaterThan(0);
    kept.sandbox.isUsageDown = false;
    await reached('it is booked', async () => (await kindsOf()).join() === 'matched');
  });
});
