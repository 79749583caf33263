import OpenAI from 'openai';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startSandbox, type Sandbox } from '../sandbox/start-sandbox.ts';
import { ask, chat } from './support/chat.ts';
import { startGateway, type Gateway } from './support/start-gateway.ts';
import { readStream } from './support/stream.ts';
import { until } from './support/until.ts';

const calls = (sandbox: Sandbox) =>
  sandbox.journal.filter(({ path }) => path.endsWith('/chat/completions')).length;

describe('below the balance cutoff', () => {
  let sandbox: Sandbox;
  let gateway: Gateway | undefined;
  const start = async (environment: Record<string, string> = {}) =>
    (gateway = await startGateway(sandbox.url, environment));

  beforeEach(async () => {
    sandbox = await startSandbox({ balance: 90_000 });
  });
  afterEach(async () => {
    await gateway?.close();
    await sandbox.close();
  });

  it('answers with a friendly message, as a stream', async () => {
    const { url } = await start();
    const reply = await chat(url, ask('ok', { stream_options: { include_usage: true } }));
    const stream = readStream(reply.text);
    expect(reply.status).toBe(200);
    expect(reply.headers['x-poe-proxy-paused']).toBe('balance');
    expect(reply.headers['content-type']).toMatch(/^text\/event-stream/);
    expect(reply.headers['cache-control']).toBe('no-cache, no-transform');
    expect(reply.headers['x-accel-buffering']).toBe('no');
    expect(stream.content).toMatch(/^Paused: .* 90,000 points, below its cutoff of 100,000/);
    expect(stream.finishReason).toBe('stop');
    expect(stream.isDone).toBe(true);
    expect(stream.chunks.at(-1)?.usage?.total_tokens).toBe(0);
    expect(calls(sandbox)).toBe(0);
    await until('it is logged', () => gateway?.requests().length === 1);
    expect(gateway?.requests()[0]).toMatchObject({ outcome: 'paused', stream: true });
  });

  it('answers with a friendly message, as JSON, to the official client', async () => {
    const { url } = await start();
    const openai = new OpenAI({ baseURL: `${url}/v1`, apiKey: 'any' });
    const completion = await openai.chat.completions.create({
      model: 'GPT-4.1',
      messages: [{ role: 'user', content: 'Hello' }],
    });
    expect(completion.choices[0]?.message.content).toMatch(/^Paused: /);
    expect(completion.usage?.total_tokens).toBe(0);
    expect(calls(sandbox)).toBe(0);
  });

  it.each([
    ['of a program that parses JSON', {}, { response_format: { type: 'json_object' } }],
    ['under PAUSED_AS=error', { PAUSED_AS: 'error' }, {}],
  ])('is an error in the eyes %s', async (_whom, environment, body) => {
    const { url } = await start(environment);
    const reply = await chat(url, ask('ok', body));
    expect(reply.status).toBe(402);
    expect(reply.headers['x-should-retry']).toBe('false');
    expect(JSON.parse(reply.text)).toMatchObject({ error: { code: 'insufficient_quota' } });
  });

  it('PAUSED_AS=message spares even programs the error', async () => {
    const { url } = await start({ PAUSED_AS: 'message' });
    const reply = await chat(url, ask('ok', { response_format: { type: 'json_object' } }));
    expect(reply.status).toBe(200);
  });

  it('goes on by itself when points are added', async () => {
    const { url } = await start();
    expect((await chat(url, ask('ok'))).headers['x-poe-proxy-paused']).toBe('balance');
    sandbox.balance = 500_000;
    await until(
      'the gateway notices',
      async () => (await chat(url, ask('ok'))).headers['x-poe-proxy-paused'] === undefined,
      15_000,
    );
  });

  it('sets free what was held for requests that are refused', async () => {
    sandbox.balance = 100_300;
    const { url } = await start({ FOOTER: 'never' });
    // Estimated at 68 points each: five of them would pause the sixth.
    for (let index = 0; index < 6; index++) {
      expect((await chat(url, ask('ok', { temperature: 3 }))).status).toBe(400);
    }
    const reply = await chat(url, ask('ok'));
    expect(reply.headers['x-poe-proxy-paused']).toBeUndefined();
  });

  it('a burst of films does not overshoot either', async () => {
    sandbox.balance = 120_000;
    const { url } = await start();
    const film = (index: number) => ask(`ok id=${index}`, { model: 'Veo-3.1', stream: false });
    const replies = await Promise.all([1, 2, 3, 4, 5].map((index) => chat(url, film(index))));
    const paused = replies.map(({ headers }) => headers['x-poe-proxy-paused']);
    expect(paused.filter((balance) => balance === undefined)).toHaveLength(1);
    expect(calls(sandbox)).toBe(1);
  });

  it('counts what is in flight: a burst does not overshoot', async () => {
    sandbox.balance = 100_300;
    // Each is estimated at 68 points: after the fifth, less than the cutoff would be left.
    const { url } = await start({ FOOTER: 'never' });
    const paused: unknown[] = [];
    for (let index = 0; index < 12; index++) {
      void chat(url, ask(`stall-before-headers id=${index}`)).then(
        ({ headers }) => paused.push(headers['x-poe-proxy-paused']),
        () => undefined,
      );
    }
    await until('seven are paused', () => paused.length === 7);
    expect(new Set(paused)).toEqual(new Set(['balance']));
    await until('Poe has the others', () => calls(sandbox) === 5);
  });
});

describe('when the Usage API is down', () => {
  let sandbox: Sandbox;
  let gateway: Gateway | undefined;

  beforeEach(async () => {
    sandbox = await startSandbox();
  });
  afterEach(async () => {
    await gateway?.close();
    await sandbox.close();
  });

  it('from the start, requests go on with an unknown balance and estimates', async () => {
    sandbox.isUsageDown = true;
    gateway = await startGateway(sandbox.url);
    const { content } = readStream((await chat(gateway.url, ask('ok'))).text);
    expect(content).toMatch(/\| Points: \d+ est\. \| Balance: n\/a$/);
  });

  it('BALANCE_UNKNOWN=block makes it refuse, until a balance was read', async () => {
    sandbox.isUsageDown = true;
    gateway = await startGateway(sandbox.url, { BALANCE_UNKNOWN: 'block' });
    const { url } = gateway;
    const reply = await chat(url, ask('ok'));
    expect(reply.headers['x-poe-proxy-paused']).toBe('balance');
    expect(readStream(reply.text).content).toContain('cannot read its Poe balance');
    sandbox.isUsageDown = false;
    await until(
      'it goes on',
      async () => (await chat(url, ask('ok'))).headers['x-poe-proxy-paused'] === undefined,
      15_000,
    );
  });

  it('later on, it goes on with the last balance, logs that once, and nobody waits', async () => {
    gateway = await startGateway(sandbox.url);
    await chat(gateway.url, ask('ok id=0'));
    sandbox.isUsageDown = true;
    for (const id of [1, 2, 3]) {
      const { content } = readStream((await chat(gateway.url, ask(`ok id=${id}`))).text);
      expect(content).toMatch(/\| Points: \d+ est\. \| Balance: 999,\d\d\d$/);
    }
    const warnings = gateway.log.filter(({ msg }) => String(msg).includes('cannot be read'));
    expect(warnings).toHaveLength(1);
  });
});

describe('bots whose usage is not what Poe bills', () => {
  it('are not waited for again and again', async () => {
    const sandbox = await startSandbox({ ignoreFeatureFlags: true });
    const gateway = await startGateway(sandbox.url, { FOOTER_WAIT_MS: '1300' });
    const historyCalls = () =>
      sandbox.journal.filter(({ path }) => path.startsWith('/usage/points_history')).length;
    const waited: boolean[] = [];
    for (const id of [1, 2, 3, 4]) {
      const before = historyCalls();
      const reply = await chat(gateway.url, ask(`ok id=${id}`, { model: 'GLM-5' }));
      expect(readStream(reply.text).content).toContain(' est. ');
      waited.push(historyCalls() > before);
    }
    expect(waited).toEqual([true, true, false, false]);
    await gateway.close();
    await sandbox.close();
  });
});
