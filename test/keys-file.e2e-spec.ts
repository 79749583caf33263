import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startSandbox, type Sandbox } from '../sandbox/start-sandbox.ts';
import { createKeyText } from '../src/keys/create-key-text.ts';
import { ask, chat } from './support/chat.ts';
import { modelsFile } from './support/models-file.ts';
import { startGateway, type Gateway } from './support/start-gateway.ts';
import { readStream } from './support/stream.ts';
import { until } from './support/until.ts';

const MODELS = `
models:
  text:
    - { poe_name: GPT-5.4-Mini, base: 90, aliases: [house-model], fallbacks: [Claude-Haiku-4.5] }
    - { poe_name: Claude-Haiku-4.5, base: 1 }
    - { poe_name: GPT-4.1, base: 2 }
`;
const BEAT_MS = 60;

const { id, text: secret, digest } = createKeyText();
const bearer = { authorization: `Bearer ${secret}` };
/** The file, with members for the key and for its team. */
const keysYaml = (key = '', team = '') =>
  `teams:\n  - { name: data${team} }\nkeys:\n  - { id: ${id}, name: ci, team: data, digest: sha256:${digest}${key} }\n`;

let folder: string;
let sandbox: Sandbox;
let gateway: Gateway;

/** Renamed into place, as editors and deployments do it. */
function write(text: string): string {
  const file = join(folder, 'keys.yaml');
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
  return file;
}

async function start(text: string, environment: Record<string, string> = {}): Promise<void> {
  gateway = await startGateway(
    sandbox.url,
    {
      MODELS_FILE: modelsFile(MODELS),
      FOOTER_WAIT_MS: '0',
      KEYS_FILE: write(text),
      ...environment,
    },
    (config) => ({
      ...config,
      keys: { ...config.keys, pollMs: 20 },
      stream: { ...config.stream, heartbeatMs: BEAT_MS },
    }),
  );
}

const ids = async () => {
  const response = await fetch(`${gateway.url}/v1/models`, { headers: bearer });
  return ((await response.json()) as { data: { id: string }[] }).data.map((model) => model.id);
};
const status = async (headers: Record<string, string> = bearer) =>
  (await chat(gateway.url, ask('ok'), headers)).status;
const errorOf = (text: string) => (JSON.parse(text) as { error: unknown }).error;
const calls = () => sandbox.journal.filter(({ path }) => path.endsWith('/completions'));

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'poe-proxy-keys-'));
  sandbox = await startSandbox({
    keys: [
      { name: 'a', account: 'acme', key: 'sandbox-key' },
      { name: 'b', account: 'labs', key: 'key-b' },
    ],
  });
});
afterEach(async () => {
  await gateway.close();
  await sandbox.close();
});

it('says of which models it has budgets that nobody calls by that name', async () => {
  const budgets = (...models: string[]) =>
    `budgets:\n${models.map((model) => `  - { model: ${model}, period: day, points: 1 }\n`).join('')}`;
  await start(keysYaml() + budgets('GPT-4.1', 'gpt-4.1', 'house-model'));
  const warned = () =>
    gateway.log.filter(({ msg }) => String(msg).startsWith('budgets for models'));
  expect(warned()).toMatchObject([{ level: 'warn', models: ['gpt-4.1', 'house-model'] }]);
  write(keysYaml() + budgets('GPT-4.1', 'GPT-5'));
  await until('the file is read again', () => warned().length === 2);
  expect(warned()[1]).toMatchObject({ models: ['GPT-5'] });
});

describe('a key of the file', () => {
  it('opens the gateway, and is seen in log line and metrics with its team, never itself', async () => {
    await start(keysYaml());
    const reply = await chat(gateway.url, ask('ok'), bearer);
    expect(reply.status).toBe(200);
    const stranger = { authorization: `Bearer ${secret.slice(0, -1)}x` };
    expect(await status(stranger)).toBe(401);
    await until('both are logged', () => gateway.requests().length === 2);
    expect(gateway.requests()[0]).toMatchObject({ caller: 'ci', team: 'data' });
    expect(gateway.requests()[1]).not.toHaveProperty('team');
    const route = 'route="/v1/chat/completions"';
    const count = (labels: string) =>
      gateway.metric(`poe_proxy_requests_total{${route},${labels}}`);
    expect(await count('model="GPT-5.4-Mini",team="data",status="200"')).toBe(1);
    expect(await count('model="other",team="none",status="401"')).toBe(1);
    const points = 'poe_proxy_points_total{model="GPT-5.4-Mini",team="data",source="history"}';
    await until('it is booked', async () => (await gateway.metric(points)) > 0);
    const metrics = await (await fetch(`${gateway.managementUrl}/metrics`)).text();
    const seen = [JSON.stringify(gateway.log), reply.text, JSON.stringify(reply.headers), metrics];
    for (const text of [...seen, JSON.stringify(sandbox.journal)]) {
      expect(text).not.toContain(secret.slice(-43));
      expect(text).not.toContain(digest);
    }
  });

  it('is of no use any more once it is gone from the file, though nobody else has one', async () => {
    await start(keysYaml());
    expect(await status()).toBe(200);
    write('keys: []\n');
    await until('it is refused', async () => (await status()) === 401);
    expect(await status({})).toBe(401);
    expect((await fetch(`${gateway.url}/v1/models`)).status).toBe(401);
    expect(await gateway.metric('poe_proxy_keys_reloads_total{result="taken"}')).toBe(1);
  });

  it('stays good while the file is broken or away, which is logged', async () => {
    await start(keysYaml());
    write(keysYaml(', footer: maybe'));
    await until('it is refused', () => gateway.log.some(({ level }) => level === 'error'));
    const line = gateway.log.find(({ level }) => level === 'error');
    expect(line?.problems).toEqual(['line 4: footer must be one of on, off']);
    expect(await gateway.metric('poe_proxy_keys_reloads_total{result="refused"}')).toBe(1);
    rmSync(join(folder, 'keys.yaml'));
    await until('it is away', () =>
      gateway.log.some(({ msg }) => msg === 'keys file cannot be read'),
    );
    expect(await status()).toBe(200);
  });
});

describe('the models of a key', () => {
  beforeEach(() => start(keysYaml(', models: [claude-*, GPT-4*]')));

  it('are all that it gets, by name or alias, and that is said before Poe is asked', async () => {
    for (const model of ['GPT-5.4-Mini', 'house-model', 'openai/GPT-5.4-Mini']) {
      const reply = await chat(gateway.url, ask('ok', { model }), bearer);
      expect(reply.status).toBe(403);
      expect(reply.headers['x-should-retry']).toBe('false');
      expect(errorOf(reply.text)).toEqual({
        message:
          'This key may not use the model "GPT-5.4-Mini". It is for: claude-*, GPT-4*. GET /v1/models lists what it may use.',
        type: 'permission_error',
        param: 'model',
        code: 'model_not_allowed',
      });
    }
    expect(calls()).toEqual([]);
    expect((await chat(gateway.url, ask('ok', { model: 'GPT-4.1' }), bearer)).status).toBe(200);
  });

  it('are all that it is shown', async () => {
    expect(await ids()).toEqual(['Claude-Haiku-4.5', 'GPT-4.1']);
    const one = async (model: string) => {
      const response = await fetch(`${gateway.url}/v1/models/${model}`, { headers: bearer });
      return [response.status, errorOf(await response.text())];
    };
    expect(await one('GPT-4.1')).toEqual([200, undefined]);
    expect(await one('house-model')).toMatchObject([403, { code: 'model_not_allowed' }]);
    expect(await one('GPT-5.4-Mimi')).toMatchObject([404, { code: 'model_not_found' }]);
    const [, error] = await one('GPT-5.4-Mimi');
    expect(JSON.stringify(error)).not.toContain('GPT-5.4-Mini');
  });
});

it('asks no fallback that the key is not for', async () => {
  await start(keysYaml(', models: [GPT-*]'));
  const reply = await chat(gateway.url, ask('provider-quota', { stream: false }), bearer);
  expect(reply.status).toBe(429);
  expect(calls().map(({ model }) => model)).not.toContain('Claude-Haiku-4.5');
  write(keysYaml());
  await until('all are allowed', async () => (await ids()).length === 3);
  const body = ask('', {
    messages: [{ role: 'user', content: '[[sandbox GPT-5.4-Mini: provider-quota]]' }],
  });
  const other = await chat(gateway.url, body, bearer);
  expect(other.headers['x-poe-proxy-model']).toBe('Claude-Haiku-4.5');
});

describe('what a key prefers', () => {
  const footer = async (wish?: string) => {
    const headers = { ...bearer, ...(wish && { 'x-poe-proxy-footer': wish }) };
    const { content } = readStream((await chat(gateway.url, ask('ok'), headers)).text);
    return content.includes('Points: ');
  };

  it('goes before FOOTER, and the header of a request before that', async () => {
    await start(keysYaml(', footer: off'), { FOOTER: 'always' });
    expect([await footer(), await footer('on'), await footer('maybe')]).toEqual([
      false,
      true,
      false,
    ]);
    write(keysYaml(', footer: on'));
    await until('it is taken', () => footer());
    expect(await footer('off')).toBe(false);
  });

  it('goes before HEARTBEAT_STYLE', async () => {
    await start(keysYaml(', heartbeat: off'));
    const comments = async () => {
      const reply = await chat(gateway.url, ask(`ok first=${BEAT_MS * 5}`), bearer);
      return readStream(reply.text).comments;
    };
    expect(await comments()).toBe(0);
    write(keysYaml());
    await until('it is taken', async () => (await comments()) > 0);
  });
});

describe('a team with an account of its own', () => {
  const accounts = { POE_API_KEY: '', POE_API_KEYS: 'a@acme:sandbox-key,b@labs:key-b' };
  const keysUsed = () => new Set(calls().map(({ headers }) => headers.authorization));

  it('draws from no other, whatever the others have left', async () => {
    sandbox.account('labs').balance = 300_000;
    await start(keysYaml('', ', poe_account: labs'), {
      ...accounts,
      PROXY_API_KEYS: 'other:0123456789abcdef',
    });
    for (let nth = 0; nth < 3; nth++) expect(await status()).toBe(200);
    expect(keysUsed()).toEqual(new Set(['Bearer key-b']));
    expect(await status({ authorization: 'Bearer 0123456789abcdef' })).toBe(200);
    expect(keysUsed().size).toBe(2);
  });

  it('goes to no other either when its own is refused', async () => {
    await start(keysYaml('', ', poe_account: labs'), {
      ...accounts,
      POE_API_KEYS: 'a@acme:sandbox-key,b@labs:revoked',
    });
    for (let nth = 0; nth < 3; nth++) expect(await status()).toBe(502);
    expect(keysUsed()).toEqual(new Set(['Bearer revoked']));
  });

  it('goes to a sibling of a key that is refused', async () => {
    await start(keysYaml('', ', poe_account: labs'), {
      ...accounts,
      POE_API_KEYS: 'a@acme:sandbox-key,b@labs:revoked,c@labs:key-b',
    });
    for (let nth = 0; nth < 3; nth++) expect(await status()).toBe(200);
    expect(keysUsed()).toEqual(new Set(['Bearer revoked', 'Bearer key-b']));
  });

  it('has to be one that there is, or the file is refused', async () => {
    await expect(start(keysYaml('', ', poe_account: nowhere'), accounts)).rejects.toThrow(
      'line 2: poe_account is no account of this gateway: one of acme, labs',
    );
    await start(keysYaml(), accounts);
  });
});
