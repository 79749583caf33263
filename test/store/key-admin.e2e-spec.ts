import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/load-config.ts';
import { AuditedChanges } from '../../src/keys/audited-changes.service.ts';
import { BudgetAdmin } from '../../src/keys/budget-admin.service.ts';
import { KeyAdmin } from '../../src/keys/key-admin.service.ts';
import { KeyRing } from '../../src/keys/key-ring.ts';
import { KeysDatabaseService } from '../../src/keys/keys-database.service.ts';
import { TeamAdmin } from '../../src/keys/team-admin.service.ts';
import type { ModelRegistry } from '../../src/models/model-registry.ts';
import type { ModelsFileService } from '../../src/models/models-file.service.ts';
import { parseModelsFile } from '../../src/models/parse-models-file.ts';
import { ReadinessDetail } from '../../src/observability/readiness-detail.ts';
import type { Database } from '../../src/store/database.ts';
import { describeDatabases } from '../support/databases.ts';
import { until } from '../support/until.ts';

const config = loadConfig({
  POE_API_KEYS: 'a@acme:key-a,b@labs:key-b',
  PROXY_API_KEYS: 'old:0123456789abcdef',
});
const registry = parseModelsFile('models: { text: [{ poe_name: GPT-4.1 }] }') as ModelRegistry;
const HOUR_MS = 3_600_000;
const ALL = { limit: 100, after: undefined };
const QUIET = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** One gateway process, as far as keys go. */
async function gateway(database: Database | undefined, pollMs = 60_000) {
  const ring = new KeyRing(config.auth);
  const detail = new ReadinessDetail();
  const source = new KeysDatabaseService(
    database,
    ring,
    { file: undefined, pollMs },
    QUIET,
    detail,
  );
  await source.onModuleInit();
  const changes = new AuditedChanges(database, source);
  const models = { registry } as ModelsFileService;
  return {
    ring,
    source,
    detail,
    teams: new TeamAdmin(changes, config.poe),
    keys: new KeyAdmin(changes),
    budgets: new BudgetAdmin(changes, ring, models),
    knows: (text: string) => ring.identify(`Bearer ${text}`),
  };
}

const revision = async ({ kysely }: Database) =>
  (await kysely.selectFrom('revisions').select('number').executeTakeFirst())?.number;
const audit = ({ kysely }: Database) =>
  kysely
    .selectFrom('audit')
    .select(['actor', 'action', 'subject', 'before', 'after'])
    .orderBy('id')
    .execute();
const apiError = (status: number, code: string, param: string | null = null) =>
  expect.objectContaining({ status, code, param }) as Error;

describeDatabases('keys of a database', ({ create, open }) => {
  it('are made, changed and deleted, and at once in force', async () => {
    const { teams, keys, knows } = await gateway(await open());
    await teams.create('ann', { name: 'data', poe_account: 'labs' });
    const { key, text } = await keys.create('ann', {
      name: 'ci',
      team: 'data',
      models: ['GPT-*'],
      expires: '2999-01-31',
      footer: 'off',
      max_streams: 3,
    });
    expect(text).toMatch(/^sk-poe-[a-z0-9]{12}-[\w-]{43}$/);
    expect(key).toEqual({
      id: text.slice(7, 19),
      name: 'ci',
      team: 'data',
      models: ['GPT-*'],
      expires: '2999-01-31T00:00:00.000Z',
      enabled: true,
      footer: 'off',
      heartbeat: null,
      requests_per_minute: null,
      tokens_per_minute: null,
      max_streams: 3,
      previous_until: null,
      created_at: expect.stringMatching(/^20.*Z$/) as string,
      updated_at: key.created_at,
    });
    expect(knows(text)).toEqual({
      keyId: key.id,
      name: 'ci',
      teamId: 'data',
      teamName: 'data',
      models: ['GPT-*'],
      limits: { requestsPerMinute: undefined, tokensPerMinute: undefined, maxStreams: 3 },
      footer: 'off',
      heartbeat: undefined,
      poeAccount: 'labs',
      expiresAt: Date.UTC(2999, 0, 31),
    });

    const changed = await keys.update('bob', key.id, { footer: null, models: ['*'] });
    expect(changed).toMatchObject({ footer: null, models: ['*'], max_streams: 3, name: 'ci' });
    expect(changed.expires).toBe(key.expires);
    expect(knows(text)).toMatchObject({ footer: undefined, models: ['*'] });
    expect(await keys.disable('bob', key.id)).toMatchObject({ enabled: false });
    expect(knows(text)).toBeUndefined();
    await keys.update('bob', key.id, { enabled: true });
    expect(knows(text)).toBeDefined();
    expect((await keys.list(ALL)).data).toMatchObject([{ id: key.id }]);
    expect((await keys.list(ALL, 'other')).data).toEqual([]);

    await keys.delete('ann', key.id);
    expect(knows(text)).toBeUndefined();
    expect((await keys.list(ALL)).data).toEqual([]);
    await expect(keys.update('bob', key.id, {})).rejects.toEqual(apiError(404, 'not_found'));
    await expect(keys.delete('bob', key.id)).rejects.toEqual(apiError(404, 'not_found'));
  });

  it('are rotated with a grace in which both secrets are good, or without', async () => {
    const { keys, ring, knows } = await gateway(await open());
    const first = await keys.create('ann', { name: 'ci' });
    const { id } = first.key;
    const second = await keys.rotate('ann', id, HOUR_MS);
    expect(second.text).not.toBe(first.text);
    expect(second.key.id).toBe(id);
    expect([knows(first.text)?.keyId, knows(second.text)?.keyId]).toEqual([id, id]);
    const end = Date.parse(second.key.previous_until ?? '');
    const later = (text: string) => ring.identify(`Bearer ${text}`, end)?.keyId;
    expect([later(first.text), later(second.text)]).toEqual([undefined, id]);
    const third = await keys.rotate('ann', id, 0);
    expect([first, second, third].map(({ text }) => knows(text)?.keyId)).toEqual([
      undefined,
      undefined,
      id,
    ]);
    // The last of them is a time that no date can be made of.
    for (const grace of [-1, 400 * 24 * HOUR_MS, 8.64e15]) {
      await expect(keys.rotate('ann', id, grace)).rejects.toEqual(apiError(400, 'invalid_request'));
    }
  });

  it('are written down with each change, which is nothing at all when it fails', async () => {
    const database = await open();
    const { teams, keys, budgets } = await gateway(database);
    await teams.create('ann', { name: 'data' });
    const { key } = await keys.create('ann', { name: 'ci', team: 'data' });
    await keys.disable('bob', key.id);
    expect(await revision(database)).toBe(3);
    const lines = await audit(database);
    expect(lines.map(({ actor, action, subject }) => [actor, action, subject])).toEqual([
      ['ann', 'team.create', 'data'],
      ['ann', 'key.create', key.id],
      ['bob', 'key.disable', key.id],
    ]);
    expect(lines.map(({ before }) => before === null)).toEqual([true, true, false]);
    expect(JSON.parse(lines[1]?.after ?? '')).toEqual(key);
    expect(JSON.parse(lines[2]?.before ?? '')).toEqual(key);
    expect(JSON.parse(lines[2]?.after ?? '')).toMatchObject({ enabled: false });

    const failures = [
      () => teams.create('eve', { name: 'data' }),
      () => teams.delete('eve', 'data'),
      () => keys.create('eve', { name: 'x', team: 'nobody' }),
      () => keys.update('eve', 'no-such-key', {}),
      () => keys.update('eve', key.id, { footer: 'maybe' }),
      () => budgets.create('eve', { team: 'nobody', period: 'day', points: 1 }),
      () => budgets.delete('eve', 'no-such-budget'),
    ];
    for (const fail of failures) await expect(fail()).rejects.toThrow();
    expect(await revision(database)).toBe(3);
    expect(await audit(database)).toHaveLength(3);
  });

  it('refuse input as a keys file does, by the member at fault', async () => {
    const { teams, keys, budgets } = await gateway(await open());
    const { key } = await keys.create('ann', { name: 'ci' });
    const wrong: [() => Promise<unknown>, string | null][] = [
      [() => keys.create('ann', {}), 'name'],
      [() => keys.create('ann', null), null],
      [() => keys.create('ann', { name: 'a b' }), 'name'],
      [() => keys.create('ann', { name: 'a', team: 'nobody' }), 'team'],
      [() => keys.create('ann', { name: 'a', models: [] }), 'models'],
      [() => keys.create('ann', { name: 'a', digest: 'x' }), 'digest'],
      [() => keys.update('ann', key.id, { id: 'x' }), 'id'],
      [() => keys.update('ann', key.id, { name: null }), 'name'],
      [() => keys.update('ann', key.id, []), null],
      [() => teams.create('ann', { name: 'a', poe_account: 'x' }), 'poe_account'],
      [() => teams.update('ann', 'default', { poe_account: 'x' }), 'poe_account'],
      [() => teams.update('ann', 'default', { name: 'x' }), 'name'],
      [() => budgets.create('ann', { period: 'day', points: 1 }), null],
      [() => budgets.create('ann', { model: 'GPT-5', period: 'day', points: 1 }), 'model'],
      [() => budgets.create('ann', { key: 'nobody', period: 'day', points: 1 }), 'key'],
      [() => budgets.create('ann', { team: 'default', period: 'year', points: 1 }), 'period'],
    ];
    for (const [ask, param] of wrong) {
      await expect(ask()).rejects.toEqual(apiError(400, 'invalid_request', param));
    }
  });

  it('keep their team, whose account can be changed, until they are gone', async () => {
    const { teams, keys, knows } = await gateway(await open());
    await teams.create('ann', { name: 'data' });
    await expect(teams.create('ann', { name: 'data' })).rejects.toEqual(apiError(409, 'conflict'));
    const { key, text } = await keys.create('ann', { name: 'ci', team: 'data' });
    expect(knows(text)?.poeAccount).toBeUndefined();
    expect(await teams.update('ann', 'data', { poe_account: 'acme' })).toMatchObject({
      name: 'data',
      poe_account: 'acme',
    });
    expect(knows(text)?.poeAccount).toBe('acme');
    await expect(teams.delete('ann', 'data')).rejects.toEqual(apiError(409, 'conflict'));
    await keys.delete('ann', key.id);
    await teams.delete('ann', 'data');
    expect((await teams.list(ALL)).data).toEqual([]);
    await expect(teams.delete('ann', 'data')).rejects.toEqual(apiError(404, 'not_found'));
  });

  it('have budgets, as teams and models have, which go with them', async () => {
    const { teams, keys, budgets, ring } = await gateway(await open());
    await teams.create('ann', { name: 'data' });
    const { key } = await keys.create('ann', { name: 'ci', team: 'data' });
    const make = (subject: object) =>
      budgets.create('ann', { ...subject, period: 'day', points: 5 });
    const ofTeam = await make({ team: 'data' });
    expect(ofTeam).toMatchObject({ scope: 'team', subject: 'data', period: 'day', points: 5 });
    await make({ key: key.id });
    await make({ key: 'env:old' });
    await make({ model: 'GPT-4.1' });
    await expect(make({ team: 'data' })).rejects.toEqual(apiError(409, 'conflict'));
    expect(await budgets.update('ann', ofTeam.id, { points: 0 })).toEqual({ ...ofTeam, points: 0 });
    const subjects = async () => (await budgets.list(ALL)).data.map(({ subject }) => subject);
    expect((await subjects()).toSorted()).toEqual(
      [key.id, 'GPT-4.1', 'data', 'env:old'].toSorted(),
    );
    expect(ring.budgets).toHaveLength(4);
    await keys.delete('ann', key.id);
    await teams.delete('ann', 'data');
    expect(await subjects()).toEqual(['env:old', 'GPT-4.1']);
    expect(ring.budgets).toHaveLength(2);
  });

  it('are noticed by other processes, and after a restart', async () => {
    const settings = await create();
    const [database, elsewhere] = [await open(settings), await open(settings)];
    const [here, there] = [await gateway(database), await gateway(elsewhere, 20)];
    const { key, text } = await here.keys.create('ann', { name: 'ci' });
    await until('it is known there', () => there.knows(text) !== undefined);
    expect((await gateway(elsewhere)).knows(text)?.keyId).toBe(key.id);
    await here.keys.delete('ann', key.id);
    await until('it is forgotten there', () => there.knows(text) === undefined);
    expect(there.detail.read()).toMatchObject({ keys: { revision: 2 } });
    for (const { source } of [here, there]) source.onModuleDestroy();
  });

  it('are changed one after the other, however many do it at once', async () => {
    const settings = await create();
    const [database, elsewhere] = [await open(settings), await open(settings)];
    const [here, there] = [await gateway(database), await gateway(elsewhere)];
    const { key } = await here.keys.create('ann', { name: 'ci', max_streams: 1 });
    const members = ['requests_per_minute', 'tokens_per_minute', 'max_streams'];
    const changes = Array.from({ length: 12 }, (_, nth) => {
      const { keys } = nth % 2 ? here : there;
      return keys.update(`op-${nth}`, key.id, { [members[nth % 3] ?? '']: nth + 2 });
    });
    await Promise.all(changes);
    expect(await revision(database)).toBe(13);
    const lines = (await audit(database)).filter(({ action }) => action === 'key.update');
    // Each began where the one before had ended.
    const links = new Map(lines.map(({ before, after }) => [before, after]));
    let [state] = (await audit(database)).map(({ after }) => after);
    for (let nth = 0; nth < 12; nth++) state = links.get(state ?? '') ?? null;
    expect(JSON.parse(state ?? '')).toEqual((await here.keys.list(ALL)).data[0]);
  });

  it('leave no trace of a secret, nor of a digest but in their own row', async () => {
    const database = await open();
    const { keys } = await gateway(database);
    const { key, text } = await keys.create('ann', { name: 'ci' });
    const rotated = await keys.rotate('ann', key.id, HOUR_MS);
    await expect(keys.update('ann', key.id, { name: rotated.text })).rejects.toThrow();
    await expect(keys.create('ann', { [text]: 1 })).rejects.not.toThrow(text.slice(-43));
    const [row] = await database.kysely.selectFrom('keys').selectAll().execute();
    expect([row?.digest, row?.previous_digest]).toEqual([
      expect.stringMatching(/^[0-9a-f]{64}$/),
      expect.stringMatching(/^[0-9a-f]{64}$/),
    ]);
    const tables = ['teams', 'budgets', 'audit', 'keys'] as const;
    const dump: Record<string, string> = {};
    for (const table of tables) {
      dump[table] = JSON.stringify(await database.kysely.selectFrom(table).selectAll().execute());
      for (const secret of [text, rotated.text])
        expect(dump[table]).not.toContain(secret.slice(-43));
    }
    expect(dump.audit).toContain(key.id);
    expect(dump.audit).not.toContain(row?.digest);
    expect(dump.audit).not.toContain(row?.previous_digest);
    await keys.delete('ann', key.id);
    const left = JSON.stringify(await database.kysely.selectFrom('keys').selectAll().execute());
    expect(left).not.toContain(row?.digest);
    expect(left).not.toContain(row?.previous_digest);
  });
});

describe('without a database', () => {
  it('nothing can be changed, and that is said', async () => {
    const { teams, keys, budgets } = await gateway(undefined);
    const noDatabase = apiError(409, 'no_database');
    await expect(keys.list(ALL)).rejects.toEqual(noDatabase);
    await expect(keys.create('ann', { name: 'ci' })).rejects.toEqual(noDatabase);
    await expect(teams.create('ann', { name: 'a' })).rejects.toEqual(noDatabase);
    await expect(budgets.list(ALL)).rejects.toEqual(noDatabase);
  });
});
