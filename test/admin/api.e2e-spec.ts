import { afterEach, beforeEach, expect, it } from 'vitest';
import type { RequestRow } from '../../src/store/schema.ts';
import { ADMIN, askAdmin, type AdminReply } from '../support/admin-api.ts';
import { ask, chat } from '../support/chat.ts';
import { describeDatabases } from '../support/databases.ts';
import { startLedgerGateway, type LedgerGateway } from '../support/ledger-gateway.ts';

const DAY = '2026-01-31';
const AT = Date.parse(`${DAY}T10:00:00Z`);
const ROW: RequestRow = {
  id: 'row-0',
  instance: 'i',
  opened_at: AT,
  closed_at: AT + 1000,
  key_id: 'key-a',
  key_name: 'ci',
  team_id: 'data',
  team_name: 'data',
  model: 'house-model',
  model_used: 'GPT-4.1',
  stream: 1,
  status: 'completed',
  http_status: 200,
  tokens_in: 10,
  tokens_cached: 2,
  tokens_out: 5,
  tokens_reasoning: 1,
  held: 30,
  points: 20,
  grade: 'exact',
  query_id: 'q-1',
  attempts: 1,
  first_token_ms: 100,
  duration_ms: 1000,
};

describeDatabases('The admin API', (databases) => {
  let kept: LedgerGateway;

  const call = (method: string, path: string, body?: unknown, headers = {}): Promise<AdminReply> =>
    askAdmin(kept.gateway, method, `/admin${path}`, body, headers);
  const get = (path: string, headers = {}) => call('GET', path, undefined, headers);
  const status = async (key: unknown) => {
    const headers = { authorization: `Bearer ${String(key)}` };
    return (await chat(kept.gateway.url, ask('ok', { stream: false }), headers)).status;
  };
  const insert = (...rows: Partial<RequestRow>[]) =>
    kept.database.kysely
      .insertInto('requests')
      .values(rows.map((row, index) => ({ ...ROW, id: `row-${index}`, ...row })))
      .execute();
  /** Ids of all pages. */
  const walk = async (path: string, member = 'id') => {
    const seen: unknown[] = [];
    let after = '';
    for (;;) {
      const { status, body } = await get(`${path}limit=2${after}`);
      expect([status, body.has_more]).toEqual([200, body.next !== null]);
      expect(body.data.length).toBeLessThanOrEqual(2);
      seen.push(...body.data.map((one) => one[member]));
      if (body.next === null) return seen;
      after = `&after=${body.next}`;
    }
  };

  beforeEach(async () => {
    kept = await startLedgerGateway(databases, { ...ADMIN, AUTH: 'keys' });
  });
  afterEach(() => kept.close());

  it('makes, changes, rotates, disables and deletes keys, at once in force', async () => {
    expect((await call('POST', '/teams', { name: 'data' })).status).toBe(201);
    const made = await call('POST', '/keys', { name: 'ci', team: 'data', models: ['GPT-*'] });
    const { id, value } = made.body;
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({ object: 'key', name: 'ci', team: 'data', enabled: true });
    expect(value).toMatch(new RegExp(`^sk-poe-${String(id)}-[\\w-]{43}$`));
    expect(await status(value)).toBe(200);

    const shown = await get(`/keys/${String(id)}`);
    expect(shown.body).not.toHaveProperty('value');
    expect((await get('/keys?team=data')).body).toEqual({
      object: 'list',
      data: [shown.body],
      has_more: false,
      next: null,
    });
    expect((await get('/keys?team=other')).body.data).toEqual([]);
    const changed = await call('PATCH', `/keys/${String(id)}`, { max_streams: 3 });
    expect(changed.body).toMatchObject({ max_streams: 3, models: ['GPT-*'] });

    const rotated = await call('POST', `/keys/${String(id)}/rotate`);
    expect([rotated.status, rotated.body.id]).toEqual([200, id]);
    expect([await status(value), await status(rotated.body.value)]).toEqual([200, 200]);
    const again = await call('POST', `/keys/${String(id)}/rotate`, { grace_seconds: 0 });
    expect([await status(rotated.body.value), await status(again.body.value)]).toEqual([401, 200]);

    const off = await call('POST', `/keys/${String(id)}/disable`);
    expect([off.status, off.body.enabled]).toEqual([200, false]);
    expect(await status(again.body.value)).toBe(401);
    await call('PATCH', `/keys/${String(id)}`, { enabled: true });
    expect(await status(again.body.value)).toBe(200);
    const gone = await call('DELETE', `/keys/${String(id)}`);
    expect([gone.status, gone.body]).toEqual([200, { object: 'key', id, deleted: true }]);
    expect(await status(again.body.value)).toBe(401);
    expect((await call('DELETE', `/keys/${String(id)}`)).status).toBe(404);
  });

  it('has teams and budgets, and an audit log of who changed what', async () => {
    await call('POST', '/teams', { name: 'data', poe_account: 'default' });
    expect((await call('PATCH', '/teams/data', {})).body.poe_account).toBe('default');
    const team = await call('PATCH', '/teams/data', { poe_account: null });
    expect(team.body).toMatchObject({ object: 'team', id: 'data', poe_account: null });
    const wish = { team: 'data', period: 'day', points: 100 };
    const made = await call('POST', '/budgets', wish);
    const { id } = made.body;
    const budget = { object: 'budget', id, scope: 'team', subject: 'data', period: 'day' };
    expect([made.status, made.body]).toEqual([201, { ...budget, points: 100 }]);
    expect((await call('POST', '/budgets', wish)).status).toBe(409);
    const more = await call('PATCH', `/budgets/${String(id)}`, { points: 200 });
    expect(more.body).toEqual({ ...budget, points: 200 });
    expect((await get('/budgets')).body.data).toEqual([more.body]);
    expect((await call('DELETE', `/budgets/${String(id)}`)).body.deleted).toBe(true);
    expect((await call('DELETE', '/teams/data')).body).toMatchObject({ id: 'data', deleted: true });
    expect((await get('/teams')).body.data).toEqual([]);

    const audit = (await get('/audit')).body.data;
    expect(audit.map(({ action }) => action)).toEqual([
      'team.delete',
      'budget.delete',
      'budget.update',
      'budget.create',
      'team.update',
      'team.update',
      'team.create',
    ]);
    expect(audit[2]).toMatchObject({
      object: 'change',
      actor: 'ann',
      subject: id,
      before: { points: 100 },
      after: { points: 200 },
    });
    const mine = await get(`/audit?actor=ann&action=team.create&subject=data&from=2020-01-01`);
    expect(mine.body.data).toMatchObject([{ before: null, after: { name: 'data' } }]);
    expect((await get('/audit?actor=bob')).body.data).toEqual([]);
    expect((await get('/audit?to=2020-01-01')).body.data).toEqual([]);
    expect(await walk('/audit?', 'action')).toEqual(audit.map(({ action }) => action));
  });

  it('gives lists page by page, in an order that stays', async () => {
    for (const name of ['c', 'a', 'b', 'e', 'd']) {
      await call('POST', '/teams', { name });
      await call('POST', '/keys', { name, team: name });
      await call('POST', '/budgets', { team: name, period: 'day', points: 1 });
    }
    expect(await walk('/teams?')).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(await walk('/keys?', 'name')).toEqual(['c', 'a', 'b', 'e', 'd']);
    expect(await walk('/budgets?', 'subject')).toEqual(['a', 'b', 'c', 'd', 'e']);
    await insert({}, { opened_at: AT + 1 }, { opened_at: AT + 1 }, { opened_at: AT - 1 }, {});
    expect(await walk('/requests?')).toEqual(['row-2', 'row-1', 'row-4', 'row-0', 'row-3']);
  });

  it('tells what was spent by day, team, key and model', async () => {
    await insert(
      {},
      { points: 7, grade: 'estimate', tokens_in: null },
      { opened_at: AT + 86_400_000, key_id: 'key-b', model_used: null, model: 'o3' },
      { team_id: 'web', status: 'open', closed_at: null },
    );
    const usage = async (query: string) => (await get(`/usage?from=${DAY}&${query}`)).body.data;
    const sums = { num_model_requests: 3, input_tokens: 20, output_tokens: 15 };
    expect(await usage('')).toEqual([
      { object: 'usage', date: DAY, ...sums, points: 47, estimated_points: 7 },
      {
        object: 'usage',
        date: '2026-02-01',
        num_model_requests: 1,
        input_tokens: 10,
        output_tokens: 5,
        points: 20,
        estimated_points: 0,
      },
    ]);
    expect(await usage('group_by=team,key')).toMatchObject([
      { team: 'data', key: 'key-a', key_name: 'ci', points: 27 },
      { team: 'data', key: 'key-b', points: 20 },
      { team: 'web', key: 'key-a', points: 20 },
    ]);
    expect(await usage('group_by=model,day')).toMatchObject([
      { model: 'GPT-4.1', date: DAY, points: 47 },
      { model: 'o3', date: '2026-02-01', points: 20 },
    ]);
    expect(await usage('group_by=key&team=data&key=key-a&model=GPT-4.1')).toMatchObject([
      { num_model_requests: 2, points: 27 },
    ]);
    expect(await usage('to=2026-02-01&group_by=team')).toMatchObject([
      { team: 'data', points: 27 },
      { team: 'web', points: 20 },
    ]);
    expect(await walk(`/usage?from=${DAY}&group_by=day,team,key&`, 'points')).toEqual([27, 20, 20]);
  });

  it('gives tables as CSV that no spreadsheet calculates with', async () => {
    await insert({ model_used: '=cmd|"x",1' }, { model_used: 'GPT-4.1', points: 3 });
    const query = `/usage?from=${DAY}&group_by=day,model`;
    const csv = await get(`${query}&format=csv`);
    expect(csv.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(csv.text.split('\r\n').toSorted()).toEqual([
      '',
      `${DAY},"'=cmd|""x"",1",1,10,5,20,0`,
      `${DAY},GPT-4.1,1,10,5,3,0`,
      'date,model,num_model_requests,input_tokens,output_tokens,points,estimated_points',
    ]);
    expect((await get(query, { accept: 'text/csv' })).text).toBe(csv.text);
    const first = await get(`${query}&format=csv&limit=1`);
    const [, next] = /^<(.*)>; rel="next"$/.exec(first.headers.get('link') ?? '') ?? [];
    const second = await askAdmin(kept.gateway, 'GET', String(next));
    expect([first, second].map(({ text }) => text.split('\r\n')[1])).toEqual(
      csv.text.split('\r\n').slice(1, 3),
    );
    expect(second.headers.get('link')).toBeNull();
  });

  it('shows rows of the ledger, those that are asked for', async () => {
    await insert({}, { status: 'failed', grade: 'estimate', team_id: 'web', key_id: 'key-b' });
    const [row] = (await get('/requests?team=data')).body.data;
    expect(row).toEqual({
      object: 'request',
      id: 'row-0',
      opened_at: `${DAY}T10:00:00.000Z`,
      closed_at: `${DAY}T10:00:01.000Z`,
      team: 'data',
      key: 'key-a',
      key_name: 'ci',
      model: 'house-model',
      model_used: 'GPT-4.1',
      stream: true,
      status: 'completed',
      http_status: 200,
      input_tokens: 10,
      input_cached_tokens: 2,
      output_tokens: 5,
      reasoning_tokens: 1,
      points: 20,
      grade: 'exact',
      query_id: 'q-1',
      attempts: 1,
      first_token_ms: 100,
      duration_ms: 1000,
    });
    const ids = async (query: string) =>
      (await get(`/requests?${query}`)).body.data.map((r) => r.id);
    expect(await ids('status=failed')).toEqual(['row-1']);
    expect(await ids('grade=estimate&key=key-b')).toEqual(['row-1']);
    expect(await ids('model=GPT-4.1')).toEqual(['row-1', 'row-0']);
    expect(await ids(`from=${DAY}T10:00:00Z&to=${DAY}T10:00:01Z`)).toEqual(['row-1', 'row-0']);
    expect(await ids(`from=${DAY}T10:00:01Z`)).toEqual([]);
    expect(await ids('model=nobody')).toEqual([]);
    const csv = await get('/requests?format=csv&team=data');
    expect(csv.text.split('\r\n')[0]).toBe(
      Object.keys(row ?? {})
        .slice(1)
        .join(','),
    );
  });

  it('shows what differs from the ledger of Poe, and what was left there', async () => {
    const { kysely } = kept.database;
    const call = { request_id: 'row-0', account: 'acme', key_name: null, bot: 'GPT-4.1' };
    const counts = { tokens_in: 1, tokens_out: 1, tokens_reasoning: null, query_id: null };
    const rest = { ...counts, responded_at: AT, grade: 'unmatched' as const };
    await kysely
      .insertInto('calls')
      .values(['a', 'b', 'c'].map((id) => ({ ...call, ...rest, id, sent_at: AT, points: 5 })))
      .execute();
    const span = `from=${DAY}&to=2026-02-01`;
    const sums = { billed: 0, booked: 0, external: 0, unmatched: 15, pending: 0, difference: -15 };
    const days = await get(`/reconciliation?${span}`);
    const day = { object: 'reconciled_day', date: DAY, account: 'acme', ...sums };
    expect(days.body.data).toEqual([day]);
    expect((await get(`/reconciliation?from=2026-02-01`)).body.data).toEqual([]);
    const csv = await get(`/reconciliation?${span}&format=csv`);
    expect(csv.text.split('\r\n')[1]).toBe(`${DAY},acme,0,0,0,15,0,-15`);
    expect(await walk(`/reconciliation/${DAY}?`)).toEqual(['a', 'b', 'c']);
    const [row] = (await get(`/reconciliation/${DAY}?kind=unmatched`)).body.data;
    expect(row).toMatchObject({
      at: `${DAY}T10:00:00.000Z`,
      booked: 5,
      billed: null,
      call_id: 'a',
    });
    expect((await get(`/reconciliation/${DAY}?kind=external`)).body.data).toEqual([]);

    const balances = ['b', 'a', 'c'].map((account) => ({ account, read_at: AT, points: 9 }));
    await kysely.insertInto('balances').values(balances).execute();
    expect(await walk(`/balances?${span}&`, 'account')).toEqual(['a', 'b', 'c']);
    expect((await get(`/balances?${span}&account=b`)).body.data).toEqual([
      { object: 'balance', account: 'b', read_at: `${DAY}T10:00:00.000Z`, points: 9 },
    ]);
  });

  it.each([
    ['GET', '/keys/%00'],
    ['PATCH', '/keys/%00'],
    ['DELETE', '/teams/a%00'],
    ['DELETE', '/budgets/%00'],
  ])('has nothing of an id that there cannot be: %s %s', async (method, path) => {
    const reply = await call(method, path, method === 'PATCH' ? {} : undefined);
    expect(reply.status).toBe(404);
  });

  it('says what is wrong, and with what', async () => {
    const wrong = [
      ['POST', '/keys', {}, 'name', 'name is missing'],
      ['POST', '/keys', { name: 'ci', team: 'nobody' }, 'team', 'there is no team "nobody" in the'],
      [
        'POST',
        '/keys',
        { name: 'ci', colour: 1 },
        'colour',
        'unknown member "colour": one of name,',
      ],
      ['POST', '/keys', [], null, 'must be a map of name,'],
      ['POST', '/keys', undefined, null, 'must be a map of name,'],
      [
        'POST',
        '/keys/x/rotate',
        { grace_seconds: 0.5 },
        'grace_seconds',
        'must be a whole number of',
      ],
      ['POST', '/teams', { name: 'a b' }, 'name', 'must be a name of letters, digits,'],
      ['POST', '/budgets', { period: 'day', points: 1 }, null, 'a budget is for one of team, key,'],
      ['GET', '/keys?limit=0', undefined, 'limit', 'limit must be a whole number of at least 1'],
      ['GET', '/keys?limit=1001', undefined, 'limit', 'limit must be at most 1000'],
      ['GET', '/keys?limit=ten', undefined, 'limit', 'limit must be a whole number of at least 1'],
      ['GET', '/keys?after=x', undefined, 'after', 'had in "next"'],
      ['GET', '/teams?after=WyJhXHUwMDAwIl0', undefined, 'after', 'had in "next"'],
      [
        'GET',
        '/keys?page=2',
        undefined,
        'page',
        'unknown member "page": one of team, limit, after',
      ],
      ['GET', '/keys?team=a&team=b', undefined, 'team', 'team must be a single line'],
      ['GET', '/usage?from=yesterday', undefined, 'from', 'must be a date such as 2027-01-31'],
      ['GET', '/usage?group_by=day,day', undefined, 'group_by', 'be some of day, team, key, model'],
      ['GET', '/usage?group_by=color', undefined, 'group_by', 'be some of day, team, key, model'],
      ['GET', '/usage?format=xml', undefined, 'format', 'format must be one of json, csv'],
      ['GET', '/requests?status=done', undefined, 'status', 'must be one of open, completed,'],
    ] as const;
    for (const [method, path, body, param, message] of wrong) {
      const reply = await call(method, path, body);
      const { type, param: named, message: text } = reply.body.error as Record<string, string>;
      expect([path, reply.status, type, named]).toEqual([
        path,
        400,
        'invalid_request_error',
        param,
      ]);
      expect(text).toContain(message);
    }
  });
});
