import { afterEach, expect, it } from 'vitest';
import type { CallRow } from '../../src/store/schema.ts';
import { ask, chat } from '../support/chat.ts';
import { describeDatabases } from '../support/databases.ts';
import { requestsOf, startLedgerGateway, type LedgerGateway } from '../support/ledger-gateway.ts';
import {
  billOf,
  bookedIn,
  callsOf,
  entriesOf,
  hurry,
  UNLIMITED,
} from '../support/reconciliation.ts';
import { until } from '../support/until.ts';

/** `ATTRIBUTION_REQUESTS=1000` is the long form. */
const REQUESTS = Number(process.env.ATTRIBUTION_REQUESTS ?? 200);
const MODELS = ['GPT-5.4-Mini', 'GPT-5.4', 'GPT-4.1', 'GPT-5.5', 'GPT-5-mini'];
const KEYS = Array.from({ length: 20 }, (_, at) => `key-${at}`);
/** Longer than the requests and their entries take. */
const GRACE_MS = REQUESTS > 200 ? 10_000 : 3500;
/** What goes wrong with an entry; half of them come as they should. */
const TROUBLES = ['', '', '', 'ledger=zero-first zero=700', 'ledger=swapped', 'ledger=duplicate'];
/** From here on counts tell one request from all others. */
const FIRST_UNLIKE = 100_000;

describeDatabases('Of very many requests at once', (databases) => {
  let kept: LedgerGateway;

  afterEach(() => kept.close());

  it('each gets its own entry, and the ledger has the sum of the bill', async () => {
    const settings = {
      ...UNLIMITED,
      POE_API_KEY_NAME: 'Default API Key',
      PROXY_API_KEYS: KEYS.map((name) => `${name}:the-secret-of-${name}`).join(),
    };
    const sandbox = {
      requestsPerMinute: 1_000_000,
      ledgerLagMs: [0, 1500] as const,
      balance: 1e12,
    };
    kept = await startLedgerGateway(databases, settings, sandbox, hurry(GRACE_MS, 200));
    const { database, gateway } = kept;
    const keyOf = (at: number) => KEYS[(at * 7) % KEYS.length] ?? '';
    const send = (at: number) => {
      // Half of them look like others: the same prompt, the same answer.
      const prompt = at % 2 === 0 ? 500 + (at % 5) : FIRST_UNLIKE + at;
      const steps = `ok tokens=${10 + (at % 3)} prompt=${prompt} id=${at} ${TROUBLES[at % 6]}`;
      const body = ask(steps, { model: MODELS[at % MODELS.length] ?? '' });
      return chat(gateway.url, body, { authorization: `Bearer the-secret-of-${keyOf(at)}` });
    };
    const replies = await Promise.all(Array.from({ length: REQUESTS }, (_, at) => send(at)));
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200]));

    const isSettled = async () => {
      const entries = await entriesOf(database);
      const isKnown = entries.length === kept.sandbox.ledger.length;
      const isDecided = isKnown && entries.every(({ kind }) => kind !== 'pending');
      // Both sides look for entries at once here: who loses one gets another in the next pass, or
      // is written off where the only one left is of another time.
      const isOver = ({ query_id, points }: CallRow) => query_id !== null || points === 0;
      return isDecided && (await callsOf(database)).every(isOver);
    };
    await until('all is settled', isSettled, 90_000);
    expect(await bookedIn(database)).toBe(billOf(kept.sandbox));

    const calls = await callsOf(database);
    const sure = calls.filter(({ grade }) => grade === 'exact' || grade === 'equal');
    expect(calls).toHaveLength(REQUESTS);
    expect(sure.length / REQUESTS).toBeGreaterThanOrEqual(0.99);
    const claimed = calls.flatMap(({ query_id }) => query_id ?? []);
    expect(new Set(claimed).size).toBe(claimed.length);

    const requests = new Map((await requestsOf(database)).map((row) => [row.id, row]));
    const matched = (await entriesOf(database)).filter(({ kind }) => kind === 'matched');
    const byId = new Map(calls.map((call) => [call.id, call]));
    const unlike = matched.filter(({ tokens_in }) => (tokens_in ?? 0) >= FIRST_UNLIKE);
    expect(unlike).toHaveLength(REQUESTS / 2);
    for (const entry of matched) {
      const call = byId.get(entry.call_id ?? '');
      expect(call).toMatchObject({ tokens_in: entry.tokens_in, tokens_out: entry.tokens_out });
      expect(call?.bot.toLowerCase()).toBe(entry.bot.toLowerCase());
    }
    for (const entry of unlike) {
      const request = requests.get(byId.get(entry.call_id ?? '')?.request_id ?? '');
      expect(request?.key_name).toBe(keyOf((entry.tokens_in ?? 0) - FIRST_UNLIKE));
    }
  }, 120_000);
});
