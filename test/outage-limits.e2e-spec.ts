import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startSandbox, type Sandbox } from '../sandbox/start-sandbox.ts';
import { ask, chat, open } from './support/chat.ts';
import { startGateway, type Gateway } from './support/start-gateway.ts';
import { until } from './support/until.ts';

const JSON_MODE = { stream: false };

describe('an outage is not multiplied', () => {
  let sandbox: Sandbox;
  let gateway: Gateway;
  const calls = () => sandbox.journal.filter(({ path }) => path.endsWith('/completions'));
  const send = async (steps: string) => (await chat(gateway.url, ask(steps, JSON_MODE))).status;

  beforeEach(async () => {
    sandbox = await startSandbox({
      keys: Array.from({ length: 8 }, (_, nth) => ({ name: `k${nth}`, key: `sandbox-${nth}` })),
    });
  });
  afterEach(async () => {
    await gateway.close();
    await sandbox.close();
  });

  it('by retries: they are a share of the requests of the model', async () => {
    gateway = await startGateway(sandbox.url, {
      POE_API_KEY: 'sandbox-0',
      FOOTER: 'never',
      RETRY_BUDGET_MIN: '0',
    });
    expect(await send('unavailable ok id=early')).toBe(503);
    for (let request = 0; request < 9; request++) await send('ok');
    expect(await send('unavailable ok id=late')).toBe(200);
    expect(await send('unavailable ok id=later')).toBe(503);
    expect(calls()).toHaveLength(13);
  });

  it('by keys: a request meets six of them at most', async () => {
    const keys = Array.from({ length: 8 }, (_, nth) => `k${nth}@a${nth}:sandbox-${nth}`);
    gateway = await startGateway(sandbox.url, {
      POE_API_KEY: '',
      POE_API_KEYS: keys.join(','),
      FOOTER: 'never',
    });
    expect(await send('invalid-key')).toBe(401);
    expect(calls()).toHaveLength(6);
  });

  it('by clients that leave: a probe without an outcome is followed by another', async () => {
    gateway = await startGateway(sandbox.url, {
      POE_API_KEY: 'sandbox-0',
      FOOTER: 'never',
      BREAKER_MIN_CALLS: '4',
      BREAKER_OPEN_SECONDS: '1',
    });
    expect(await send('unavailable')).toBe(503);
    const isOpen = async () => (await gateway.metric('poe_proxy_breaker_open')) === 1;
    expect(await isOpen()).toBe(true);
    const leave = async () => {
      const probe = open(gateway.url, ask('stall-before-headers', JSON_MODE));
      probe.on('error', () => undefined);
      await until('it is answered or under way', () => calls().length > 4 || probe.closed);
      probe.destroy();
    };
    while (calls().length === 4) await leave();
    await until('its call is aborted', () => sandbox.openCalls() === 0);
    await until('another probe closes the circuit', async () => {
      await send('ok');
      return !(await isOpen());
    });
    expect(await send('ok')).toBe(200);
  });
});
