import { expect, it } from 'vitest';
import type { Budget } from '../../src/ledger/budget.ts';
import { DatabaseSpentReader } from '../../src/ledger/database-spent-reader.ts';
import type { CallRow, RequestRow } from '../../src/store/schema.ts';
import { describeDatabases } from '../support/databases.ts';

const FROM = Date.UTC(2026, 4, 1);
const TO = Date.UTC(2026, 5, 1);
let count = 0;
const request = (more: Partial<RequestRow>): RequestRow => ({
  id: `r${(count += 1)}`,
  instance: 'one',
  opened_at: FROM,
  closed_at: null,
  key_id: 'k',
  key_name: 'key',
  team_id: 't',
  team_name: 'team',
  model: 'm',
  model_used: 'm',
  stream: 0,
  status: 'completed',
  http_status: 200,
  tokens_in: null,
  tokens_cached: null,
  tokens_out: null,
  tokens_reasoning: null,
  held: 0,
  points: 0,
  grade: 'exact',
  query_id: null,
  attempts: 1,
  first_token_ms: null,
  duration_ms: null,
  ...more,
});
const call = ({ id, opened_at }: RequestRow, bot: string, points: number): CallRow => ({
  id: `${id} ${bot}`,
  request_id: id,
  account: 'a',
  key_name: null,
  bot,
  sent_at: opened_at + 5,
  responded_at: null,
  tokens_in: null,
  tokens_out: null,
  tokens_reasoning: null,
  points,
  grade: 'exact',
  query_id: null,
});

describeDatabases('what the ledger knows of a budget', ({ open }) => {
  it('is the points of closed requests of its window, by instance', async () => {
    const database = await open();
    const rows = [
      request({ points: 10 }),
      request({ points: 20, status: 'lost', opened_at: TO - 1 }),
      request({ points: 40, instance: 'other', key_id: 'another' }),
      request({ points: 80, team_id: 'another' }),
      request({ points: 1000, status: 'open' }),
      request({ points: 1000, opened_at: FROM - 1 }),
      request({ points: 1000, opened_at: TO }),
    ];
    const calls = rows.flatMap((row) => [call(row, 'm', row.points - 3), call(row, 'fallback', 3)]);
    // Of a process that died before it could write them down.
    const lost = request({ points: 500, status: 'lost', model: 'lost' });
    await database.kysely
      .insertInto('requests')
      .values([...rows, lost])
      .execute();
    await database.kysely.insertInto('calls').values(calls).execute();
    const reader = new DatabaseSpentReader(database);
    const spent = async (scope: Budget['scope'], subject: string) =>
      Object.fromEntries(
        await reader.spentByInstance(
          { id: 'b', scope, subject, period: 'month', points: 1 },
          FROM,
          TO,
        ),
      );
    expect(await spent('team', 't')).toEqual({ one: 530, other: 40 });
    expect(await spent('key', 'k')).toEqual({ one: 610 });
    expect(await spent('model', 'm')).toEqual({ one: 101, other: 37 });
    expect(await spent('model', 'fallback')).toEqual({ one: 9, other: 3 });
    expect(await spent('model', 'lost')).toEqual({ one: 500 });
    expect(await spent('team', 'nobody')).toEqual({});
  });
});
