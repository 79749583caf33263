import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSandbox, type Sandbox } from '../sandbox/start-sandbox.ts';
import { ask, chat } from './support/chat.ts';
import { MountedConfigMap } from './support/mounted-config-map.ts';
import { startGateway, type Gateway } from './support/start-gateway.ts';
import { until } from './support/until.ts';

const SUCCESSFUL = 'poe_proxy_config_last_reload_successful{file="models"}';
const RELOADED_AT = 'poe_proxy_config_last_reload_success_timestamp_seconds{file="models"}';

const models = (...names: string[]) =>
  `models:\n  text:\n${names.map((name) => `    - poe_name: ${name}\n`).join('')}`;

/** Four clients that ask again as soon as they are answered. */
function keepAsking({ url }: Gateway, model: string) {
  const statuses = new Set<number>();
  let served = 0;
  let isOver = false;
  const client = async (stream: boolean) => {
    while (!isOver) {
      const body = ask('ok first=1 tokens=2', { model, stream });
      const { status, isComplete } = await chat(url, body, { 'x-poe-proxy-footer': 'off' });
      statuses.add(isComplete ? status : 0);
      served += 1;
    }
  };
  const clients = Promise.all([true, false, true, false].map(client));
  return {
    served: () => served,
    /** What they were answered. */
    stop: async () => {
      isOver = true;
      await clients;
      return statuses;
    },
  };
}

describe('models.yaml as a ConfigMap', () => {
  const mount = new MountedConfigMap(mkdtempSync(join(tmpdir(), 'poe-proxy-configmap-')), {
    'models.yaml': models('GPT-4.1', 'GPT-5.4-Mini'),
  });
  const swap = (text: string) => {
    mount.swap({ 'models.yaml': text });
  };
  let sandbox: Sandbox;
  let gateway: Gateway;
  const ids = async () => {
    const response = await fetch(`${gateway.url}/v1/models`);
    const { data } = (await response.json()) as { data: { id: string }[] };
    return data.map(({ id }) => id);
  };

  beforeAll(async () => {
    sandbox = await startSandbox({ requestsPerMinute: 100_000 });
    gateway = await startGateway(
      sandbox.url,
      { MODELS_FILE: mount.path('models.yaml'), POE_REQUESTS_PER_MINUTE: '0' },
      (config) => ({
        ...config,
        models: { ...config.models, pollMs: 20 },
      }),
    );
  });
  afterAll(async () => {
    await gateway.close();
    await sandbox.close();
  });

  it('serves a new version without a restart, and running requests keep theirs', async () => {
    const running = chat(gateway.url, ask('ok first=400', { model: 'GPT-4.1' }));
    const since = await gateway.metric(RELOADED_AT);
    const load = keepAsking(gateway, 'GPT-5.4-Mini');
    swap(models('GPT-5.4-Mini', 'Grok-4'));
    await until('the new version is served', async () => (await ids()).includes('Grok-4'));
    await until('some were served by it', () => load.served() > 20);
    expect(await load.stop()).toEqual(new Set([200]));
    expect(await gateway.metric(RELOADED_AT)).toBeGreaterThan(since);
    expect(await ids()).toEqual(['GPT-5.4-Mini', 'Grok-4']);
    expect((await chat(gateway.url, ask('ok', { model: 'GPT-4.1' }))).status).toBe(404);
    expect((await running).status).toBe(200);
  });

  it('refuses a broken version loudly and goes on with the old one', async () => {
    const since = await gateway.metric(RELOADED_AT);
    const load = keepAsking(gateway, 'GPT-5.4-Mini');
    swap('models:\n  text:\n    - poe_name: GPT-4.1\n      max_tokens: many\n');
    await until('it is refused', () => gateway.log.some(({ level }) => level === 'error'));
    expect(await load.stop()).toEqual(new Set([200]));
    const line = gateway.log.find(({ level }) => level === 'error');
    expect(line?.problems).toEqual([
      'line 4: GPT-4.1: max_tokens must be a whole number of tokens from 100 up, such as 200000',
    ]);
    expect(await gateway.metric('poe_proxy_models_reloads_total{result="refused"}')).toBe(1);
    expect(await gateway.metric(SUCCESSFUL)).toBe(0);
    expect(await gateway.metric(RELOADED_AT)).toBe(since);
    expect(await ids()).toEqual(['GPT-5.4-Mini', 'Grok-4']);
    expect((await fetch(`${gateway.url}/health/ready`)).status).toBe(200);
  });

  it('takes the next good version', async () => {
    swap(models('Gemini-3-Flash'));
    await until('it is served', async () => (await ids())[0] === 'Gemini-3-Flash');
    expect(await gateway.metric(SUCCESSFUL)).toBe(1);
  });
});
