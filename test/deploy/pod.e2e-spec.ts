import { existsSync, mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSandbox, type Sandbox } from '../../sandbox/start-sandbox.ts';
import { ask, chat } from '../support/chat.ts';
import { MountedConfigMap } from '../support/mounted-config-map.ts';
import { run, urlsOf, type Process } from '../support/run-gateway.ts';
import { until } from '../support/until.ts';
import { isInstalled, render } from './helm.ts';
import { ofKind, podOf } from './manifest.ts';

const KEY = 'a-secret-of-the-team';
const SECRETS = { POE_API_KEY: 'sandbox-key', PROXY_API_KEYS: `team:${KEY}` };
const bearer = { authorization: `Bearer ${KEY}` };

/** What an upgrade of the release with these values puts into the ConfigMap. */
const modelsOf = (...changes: string[]) =>
  ofKind(render('helm4', 'default', ...changes), 'ConfigMap')[0]?.data ?? {};

// The container is a process here, and its mounts are folders of one that is temporary.
describe.skipIf(!isInstalled('helm4'))('the pod as rendered', () => {
  const root = mkdtempSync(join(tmpdir(), 'poe-proxy-pod-'));
  let sandbox: Sandbox;
  let gateway: Process;
  let models: MountedConfigMap;
  let urls: { url: string; management_url: string };
  const ask200 = async () => (await chat(urls.url, ask('ok', { stream: false }), bearer)).status;

  beforeAll(async () => {
    sandbox = await startSandbox({ requestsPerMinute: 100_000 });
    const { container } = podOf(render('helm4', 'default', 'auth.existingSecret=poe-proxy'));
    const pathOf = (name: string) =>
      join(root, container.volumeMounts?.find((mount) => mount.name === name)?.mountPath ?? '');
    models = new MountedConfigMap(pathOf('models'), modelsOf());
    new MountedConfigMap(pathOf('secrets'), SECRETS);
    mkdirSync(pathOf('data'));
    const environment = container.env?.map(({ name, value = '' }) => [
      name,
      value.startsWith('/') ? join(root, value) : value,
    ]);
    gateway = run('main.js', {
      ...(Object.fromEntries(environment ?? []) as Record<string, string>),
      POE_BASE_URL: sandbox.url,
      PORT: '0',
      MANAGEMENT_PORT: '0',
      POE_REQUESTS_PER_MINUTE: '0',
    });
    urls = await urlsOf(gateway);
  });
  afterAll(async () => {
    gateway.child.kill('SIGKILL');
    await gateway.exit;
    await sandbox.close();
  });

  it('gets ready by its probes', async () => {
    const { startupProbe, livenessProbe, readinessProbe } = podOf(
      render('helm4', 'default'),
    ).container;
    for (const probe of [startupProbe, livenessProbe, readinessProbe]) {
      expect((await fetch(`${urls.url}${probe?.httpGet?.path ?? ''}`)).status).toBe(200);
    }
  });

  it('serves its keys only, as JSON unless asked, and keeps a ledger on its volume', async () => {
    expect((await chat(urls.url, ask('ok'))).status).toBe(401);
    const { stream: _, ...request } = ask('ok');
    const reply = await chat(urls.url, request, bearer);
    expect(reply.status).toBe(200);
    expect(reply.headers['content-type']).toContain('application/json');
    expect(existsSync(join(root, 'data/poe-proxy.db'))).toBe(true);
  });

  it('serves a new model of an upgrade without a restart, and fails no request meanwhile', async () => {
    const ids = async () => {
      const response = await fetch(`${urls.url}/v1/models`, { headers: bearer });
      return ((await response.json()) as { data: { id: string }[] }).data.map(({ id }) => id);
    };
    const statuses: number[] = [];
    let isOver = false;
    const load = Array.from({ length: 20 }, async () => {
      while (!isOver) statuses.push(await ask200());
    });
    const list = 'models.models.text';
    models.swap(modelsOf(`${list}[0].poe_name=GPT-5.4-Mini`, `${list}[1].poe_name=Grok-4`));
    await until('it is served', async () => (await ids()).join() === 'GPT-5.4-Mini,Grok-4');
    models.swap({ 'models.yaml': 'models: { text: [{ poe_name: 7 }] }' });
    await until('the broken one is refused', async () => {
      const text = await (await fetch(`${urls.management_url}/metrics`)).text();
      return text.includes('poe_proxy_models_reloads_total{result="refused"} 1');
    });
    expect(await ids()).toEqual(['GPT-5.4-Mini', 'Grok-4']);
    isOver = true;
    await Promise.all(load);
    expect(gateway.output().stdout).toMatch(/"level":"error".*poe_name/);
    expect(statuses.length).toBeGreaterThan(20);
    expect(new Set(statuses)).toEqual(new Set([200]));
  });
});
