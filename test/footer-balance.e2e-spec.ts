import { afterEach, beforeEach, expect, it } from 'vitest';
import { startSandbox, type Sandbox } from '../sandbox/start-sandbox.ts';
import { ask, chat } from './support/chat.ts';
import { keysFile, testKey, type TestKey } from './support/keys-file.ts';
import { startGateway, type Gateway } from './support/start-gateway.ts';
import { readStream } from './support/stream.ts';

const [key, other] = [testKey('ci'), testKey('other')];
const KEYS = `
teams: [{ name: data }]
keys:
${key.entry('team: data')}${other.entry()}
budgets:
  - { key: ${key.id}, period: month, points: 1000000 }
  - { team: data, period: day, points: 50000 }
`;

let sandbox: Sandbox;
let gateway: Gateway;

beforeEach(async () => {
  sandbox = await startSandbox();
});
afterEach(async () => {
  await gateway.close();
  await sandbox.close();
});

async function answer(balance: string, { headers } = key) {
  gateway = await startGateway(sandbox.url, {
    FOOTER_BALANCE: balance,
    FOOTER_WAIT_MS: '0',
    KEYS_FILE: keysFile(KEYS),
  });
  const { content: text, poeProxy } = readStream(
    (await chat(gateway.url, ask('ok'), headers)).text,
  );
  return { last: text.split(' | ').at(-1), text, poeProxy };
}

it('is what is left of the tightest budget of key and team', async () => {
  const { last, poeProxy } = await answer('budget');
  const points = poeProxy?.points ?? 0;
  expect(points).toBeGreaterThan(0);
  expect(last).toBe(`Budget: ${(50_000 - points).toLocaleString('en')} left today`);
  expect(poeProxy).toMatchObject({
    balance: null,
    budget: { scope: 'team', subject: 'data', spent: points, held: 0, remaining: 50_000 - points },
  });
});

it('is the balance of the account for a caller without one', async () => {
  const { last, poeProxy } = await answer('budget', other);
  expect(last).toMatch(/^Balance: [\d,]+$/);
  expect(poeProxy).not.toHaveProperty('budget');
});

it('is the balance if nothing else is said', async () => {
  expect((await answer('account')).last).toMatch(/^Balance: [\d,]+$/);
});

it('is nothing if it is off, to programs too', async () => {
  const { last, text, poeProxy } = await answer('off');
  expect(last).toMatch(/^Points: [\d,]+ est\.$/);
  expect(text).not.toContain('Balance');
  expect(poeProxy).toMatchObject({ balance: null });
});

it('is what GET /v1/usage has as well, with a database or without', async () => {
  const { poeProxy } = await answer('budget');
  const usage = (headers: TestKey['headers']) => fetch(`${gateway.url}/v1/usage`, { headers });
  const report = (await (await usage(key.headers)).json()) as { budgets: object[] };
  expect(report).toMatchObject({ object: 'list', data: [] });
  expect(report.budgets).toHaveLength(2);
  expect(report.budgets).toContainEqual(poeProxy?.budget);
  expect((await usage(other.headers)).status).toBe(404);
});
