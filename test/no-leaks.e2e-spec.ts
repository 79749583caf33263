import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SCENARIOS } from '../sandbox/scenarios/scenarios.ts';
import { startSandbox, type Sandbox } from '../sandbox/start-sandbox.ts';
import { ask, chat } from './support/chat.ts';
import { environmentFor, run } from './support/run-gateway.ts';
import { startGateway, type Gateway } from './support/start-gateway.ts';

const POE_KEY = 'canary-of-the-poe-account-0123456789';
const CLIENT_KEY = 'canary-of-a-client-9876543210';
const PROMPT = 'canary-prompt-4711';
const FORMS = [true, false];

describe('no key and no prompt gets out', () => {
  let sandbox: Sandbox;
  const gateways: Gateway[] = [];
  let open: Gateway;
  let closed: Gateway;

  beforeAll(async () => {
    sandbox = await startSandbox({
      keys: [{ name: 'Canary', key: POE_KEY }],
      requestsPerMinute: 100_000,
    });
    const quick = { FOOTER: 'never', POE_API_KEY: POE_KEY, LOG_LEVEL: 'trace' };
    const limits = (config: Parameters<NonNullable<Parameters<typeof startGateway>[2]>>[0]) => ({
      ...config,
      poe: { ...config.poe, callTimeoutMs: 2500, idleTimeoutMs: 500 },
    });
    open = await startGateway(sandbox.url, quick, limits);
    closed = await startGateway(
      sandbox.url,
      { ...quick, PROXY_API_KEYS: `canary:${CLIENT_KEY}` },
      limits,
    );
    gateways.push(open, closed);
  });
  afterAll(async () => {
    for (const gateway of gateways) await gateway.close();
    await sandbox.close();
  });

  const expectClean = (text: string) => {
    expect(text).not.toContain(POE_KEY);
    expect(text).not.toContain(CLIENT_KEY);
  };

  it.concurrent.each([...SCENARIOS.keys()])('into a reply: %s', async (scenario) => {
    for (const gateway of gateways) {
      for (const stream of FORMS) {
        const body = ask(`${scenario} id=${stream}${gateways.indexOf(gateway)}`, {
          stream,
          reasoning_effort: 'high',
          max_tokens: 100_000,
          temperature: 0.5,
        });
        const headers = { authorization: `Bearer ${CLIENT_KEY}` };
        const reply = await chat(gateway.url, body, headers);
        expectClean(reply.text);
        expectClean(JSON.stringify(reply.headers));
        // Poe's own headers: our address as Poe saw it, and a cookie.
        expect(reply.headers).not.toHaveProperty('x-q-stat');
        expect(reply.headers).not.toHaveProperty('set-cookie');
      }
    }
  });

  it.each([
    ['a wrong key', { authorization: `Bearer ${CLIENT_KEY}x` }, JSON.stringify(ask('ok'))],
    ['broken JSON', { authorization: `Bearer ${CLIENT_KEY}` }, `{"messages": "${PROMPT}`],
    ['a wrong form', {}, `{"model": "GPT-4.1", "messages": "${PROMPT}"}`],
    ['a wrong role', {}, `{"model": "GPT-4.1", "messages": [{"role": "${PROMPT}"}]}`],
  ])('into the error about %s', async (_what, headers, body) => {
    for (const { url } of gateways) {
      // An open gateway takes any key.
      if (url === open.url && !body.includes(PROMPT)) continue;
      const reply = await chat(url, body, headers);
      expect(reply.status).toBeGreaterThanOrEqual(400);
      expectClean(reply.text);
      expect(reply.text).not.toContain(PROMPT);
    }
  });

  it('into what list-models prints, even when Poe refuses the key', async () => {
    const environment = environmentFor(`${sandbox.url}/nowhere`);
    const list = run('list-models.js', { ...environment, POE_API_KEY: POE_KEY });
    expect(await list.exit).toBe(1);
    expect(list.output().stderr).toContain('404');
    expectClean(JSON.stringify(list.output()));
  });

  it('into the log or the metrics', async () => {
    for (const gateway of gateways) {
      const message = { role: 'user', content: `${PROMPT} [[sandbox: error-event]]` };
      const headers = { authorization: `Bearer ${CLIENT_KEY}` };
      await chat(gateway.url, { model: 'GPT-4.1', messages: [message], stream: true }, headers);
      const log = JSON.stringify(gateway.log);
      expect(gateway.requests().length).toBeGreaterThan(0);
      expectClean(log);
      expect(log).not.toContain(PROMPT);
      expectClean(await (await fetch(`${gateway.managementUrl}/metrics`)).text());
    }
  });
});
