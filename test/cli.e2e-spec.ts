import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startSandbox, type Sandbox } from '../sandbox/start-sandbox.ts';
import { ADMIN, askAdmin } from './support/admin-api.ts';
import { ask, chat } from './support/chat.ts';
import { environmentFor, run } from './support/run-gateway.ts';
import { startGateway, type Gateway } from './support/start-gateway.ts';
import { until } from './support/until.ts';

let sandbox: Sandbox;
let gateway: Gateway;
const DATA_DIR = mkdtempSync(join(tmpdir(), 'poe-proxy-cli-'));

async function cli(words: string, environment: Record<string, string> = { DATA_DIR }) {
  const options = words.split(' ');
  const made = run('cli.js', { ...environmentFor(sandbox.url), ...environment }, options);
  const code = await made.exit;
  return { code, ...made.output() };
}
const json = async (words: string) =>
  JSON.parse((await cli(`${words} --json`)).stdout) as Record<string, string>;
const status = async (key = '') =>
  (await chat(gateway.url, ask('ok'), { authorization: `Bearer ${key}` })).status;

beforeAll(async () => {
  sandbox = await startSandbox();
  const settings = { ...ADMIN, AUTH: 'keys', FOOTER: 'never', DATA_DIR };
  gateway = await startGateway(sandbox.url, settings, (config) => ({
    ...config,
    keys: { ...config.keys, pollMs: 20 },
  }));
});
afterAll(async () => {
  await gateway.close();
  await sandbox.close();
});

it('administers the database of a gateway that is running', async () => {
  expect(await cli('teams create data')).toMatchObject({ code: 0 });
  const made = await json('keys create --name ci --team data --models GPT-*,o3 --max-streams 3');
  expect(made).toMatchObject({ name: 'ci', team: 'data', models: ['GPT-*', 'o3'], max_streams: 3 });
  await until('the gateway knows it', async () => (await status(made.value)) === 200);
  const [budget] = await Promise.all([
    cli('budgets set --team data --period day --points 5000000'),
    cli(`keys rotate ${made.id ?? ''} --grace-seconds 0`),
  ]);
  expect(budget.stdout).toMatch(/^scope: +team$/m);
  await until('the old secret is gone', async () => (await status(made.value)) === 401);
  expect(await json('budgets set --team data --period day --points 7')).toMatchObject({
    points: 7,
  });
  const [list, usage] = await Promise.all([
    cli('keys list --team data'),
    json('usage --group-by team,key'),
  ]);
  const gone = await json(`keys delete ${made.id ?? ''}`);
  expect(list.stdout).toMatch(/^id +name +team[^\n]*\nk?[a-z0-9]{12} +ci +data/);
  expect(list.stdout).not.toContain(made.value);
  expect(usage).toMatchObject([{ team: 'data', key: made.id, num_model_requests: 1 }]);
  expect(gone).toEqual({ id: made.id, deleted: true });
  const { body } = await askAdmin(gateway, 'GET', '/admin/audit');
  expect(body.data.map(({ action }) => action)).toEqual([
    'key.delete',
    'budget.update',
    expect.stringMatching(/^(?:budget.create|key.rotate)$/),
    expect.stringMatching(/^(?:budget.create|key.rotate)$/),
    'key.create',
    'team.create',
  ]);
  for (const { actor } of body.data) expect(actor).toMatch(/^cli:\w/);
});

it('says what is wrong, with a code that scripts can tell', async () => {
  const told = await Promise.all([
    cli('keys create'),
    cli('keys delete nobody'),
    cli('keys list', {}),
    cli('usage --group-by colour'),
    cli('keys invent'),
    cli('keys list --colour red'),
    cli('keys delete'),
    cli('--help'),
    cli('reconciliation --from 2026-01-01 --to 2026-01-02'),
  ]);
  expect(told.map(({ code }) => code)).toEqual([1, 1, 1, 1, 2, 2, 2, 0, 0]);
  const errors = told.map(({ stderr }) => stderr.split('\n')[0]);
  expect(errors).toEqual([
    'name is missing',
    'There is no such key in the database.',
    expect.stringContaining('set DATA_DIR or DATABASE_URL'),
    expect.stringContaining('group_by must be some of day, team, key, model'),
    'There is no command "keys invent".',
    expect.stringContaining("Unknown option '--colour'"),
    'say one id',
    '',
    '',
  ]);
  expect(told[7].stdout).toContain('poe-proxy keys rotate <id> [--grace-seconds …]');
});
