import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startSandbox, type Sandbox } from '../sandbox/start-sandbox.ts';
import { ask, chat } from './support/chat.ts';
import { modelsFile } from './support/models-file.ts';
import { startGateway, type Gateway, type Tweak } from './support/start-gateway.ts';
import { readStream } from './support/stream.ts';

const MODELS = `
defaults: { fallbacks: { text: [GPT-5.4-Mini, Claude-Haiku-4.5] } }
models:
  text:
    - { poe_name: GPT-4.1, per_1k_tokens: 60, aliases: [house-model] }
    - { poe_name: GPT-5.4-Mini, per_1k_tokens: 60 }
    - { poe_name: Claude-Haiku-4.5, per_1k_tokens: 100000 }
    - { poe_name: Missing-Model, fallbacks: [GPT-5.4-Mini] }
    - { poe_name: GPT-4.1-nano, max_tokens: 200 }
    - { poe_name: GPT-5.4, fallbacks: [GPT-4.1-nano, GPT-5.4-Mini] }
  image:
    - { poe_name: Imagen-4, fallbacks: [Imagen-4-Fast] }
    - { poe_name: Imagen-4-Fast }
`;
const TOOLS = [{ type: 'function', function: { name: 'look', parameters: { type: 'object' } } }];

describe('when a model does not answer', () => {
  let sandbox: Sandbox;
  let gateway: Gateway;
  const start = async (environment: Record<string, string> = {}, tweak?: Tweak) => {
    gateway = await startGateway(
      sandbox.url,
      { FOOTER: 'never', MODELS_FILE: modelsFile(MODELS), ...environment },
      tweak,
    );
  };
  const calls = () => sandbox.journal.filter(({ path }) => path.endsWith('/completions'));
  const asked = () => calls().map(({ model }) => model);
  const body = (steps: string, more = {}) => ({
    ...ask('ok'),
    model: 'GPT-4.1',
    messages: [{ role: 'user', content: `[[sandbox GPT-4.1: ${steps}]]` }],
    ...more,
  });

  beforeEach(async () => {
    sandbox = await startSandbox();
  });
  afterEach(async () => {
    await gateway.close();
    await sandbox.close();
  });

  it('another one does, by name in chunks, header and facts', async () => {
    await start();
    const reply = await chat(gateway.url, body('provider-quota', { model: 'house-model' }));
    const stream = readStream(reply.text);
    expect(asked()).toEqual(['GPT-4.1', 'GPT-5.4-Mini']);
    expect(new Set(stream.chunks.map((chunk) => chunk.model))).toEqual(new Set(['GPT-5.4-Mini']));
    expect(reply.headers['x-poe-proxy-model']).toBe('GPT-5.4-Mini');
    expect(stream.poeProxy).toMatchObject({ model: 'GPT-5.4-Mini', attempts: 2 });
    expect(gateway.requests()[0]).toMatchObject({ model: 'GPT-5.4-Mini', attempts: 2 });
    const metric = 'poe_proxy_fallbacks_total{model="GPT-4.1",reason="throttled"}';
    expect(await gateway.metric('poe_proxy_fallbacks_total')).toBe(1);
    expect(await (await fetch(`${gateway.managementUrl}/metrics`)).text()).toContain(metric);
  });

  it('one that answers keeps the name that the client used', async () => {
    await start();
    const reply = await chat(gateway.url, body('ok', { model: 'house-model', stream: false }));
    expect(JSON.parse(reply.text)).toMatchObject({
      model: 'house-model',
      poe_proxy: { model: 'GPT-4.1' },
    });
    expect(reply.headers['x-poe-proxy-model']).toBe('GPT-4.1');
  });

  it('heartbeats that went before name the one that was asked for', async () => {
    await start({}, (config) => ({
      ...config,
      stream: { heartbeatMs: 40, heartbeatStyle: 'chunk' },
      poe: { ...config.poe, firstTokenTimeoutMs: 200 },
    }));
    const { text, headers } = await chat(gateway.url, body('stall-before-headers'));
    const models = readStream(text).chunks.map((chunk) => chunk.model);
    expect(models[0]).toBe('GPT-4.1');
    expect(models.at(-1)).toBe('GPT-5.4-Mini');
    expect(headers['x-poe-proxy-model']).toBeUndefined();
    expect(readStream(text).isDone).toBe(true);
  });

  it('nobody takes over once there was content', async () => {
    await start();
    const { text } = await chat(gateway.url, body('cut-mid-stream'));
    expect(asked()).toEqual(['GPT-4.1']);
    expect(readStream(text)).toMatchObject({ isDone: false, error: { code: 'upstream_cut_off' } });
  });

  it('one that Poe does not know has its stand-in', async () => {
    await start();
    const reply = await chat(gateway.url, ask('ok', { model: 'Missing-Model', stream: false }));
    expect(reply.status).toBe(200);
    expect(asked()).toEqual(['Missing-Model', 'GPT-5.4-Mini']);
  });

  it('none is asked that would cost more than a message may', async () => {
    await start({ MAX_POINTS_PER_MESSAGE: '1000' });
    const mini = '[[sandbox GPT-5.4-Mini: provider-quota]]';
    const content = `[[sandbox GPT-4.1: provider-quota]] ${mini}`;
    const messages = [{ role: 'user', content }];
    const reply = await chat(gateway.url, body('', { messages, stream: false }));
    expect(reply.status).toBe(429);
    expect(new Set(asked())).toEqual(new Set(['GPT-4.1', 'GPT-5.4-Mini']));
  });

  it('calls are six at most, and each that may stand in gets one', async () => {
    await start();
    const content = ['GPT-4.1', 'GPT-5.4-Mini', 'Claude-Haiku-4.5']
      .map((bot) => `[[sandbox ${bot}: unavailable]]`)
      .join(' ');
    const messages = [{ role: 'user', content }];
    const reply = await chat(gateway.url, body('', { messages, stream: false }));
    expect(reply.status).toBe(503);
    expect(asked()).toEqual([
      ...new Array<string>(4).fill('GPT-4.1'),
      'GPT-5.4-Mini',
      'Claude-Haiku-4.5',
    ]);
  });

  it.each([
    ['its first token', { FIRST_TOKEN_TIMEOUT_SECONDS: '2' }],
    ['the whole request', { FIRST_TOKEN_TIMEOUT_SECONDS: '0', CALL_TIMEOUT_SECONDS: '3' }],
  ])('one that asks for more time than %s has is not waited for', async (_what, environment) => {
    await start(environment);
    const reply = await chat(gateway.url, body('unavailable-retry-after after=5 ok'));
    expect(readStream(reply.text).isDone).toBe(true);
    expect(asked()).toEqual(['GPT-4.1', 'GPT-5.4-Mini']);
  });

  it('one that has no room for the request is passed over, and hides nothing', async () => {
    await start();
    const tools = [{ type: 'function', function: { name: 'f', description: 'word '.repeat(500) } }];
    const down = (also: string) => ({
      ...body('ok', { model: 'GPT-5.4', tools, stream: false }),
      messages: [{ role: 'user', content: `[[sandbox GPT-5.4: unavailable]] ${also}` }],
    });
    const served = await chat(gateway.url, down(''));
    expect(JSON.parse(served.text)).toMatchObject({ model: 'GPT-5.4-Mini' });
    const refused = await chat(gateway.url, down('[[sandbox GPT-5.4-Mini: unavailable]]'));
    expect(refused.status).toBe(503);
    expect(asked()).not.toContain('GPT-4.1-nano');
  });

  it('one that is silent to the end of its time has failed, and that is counted', async () => {
    await start({ BREAKER_MIN_CALLS: '2' }, (config) => ({
      ...config,
      poe: { ...config.poe, callTimeoutMs: 300 },
    }));
    const silent = body('stall-before-headers', { model: 'GPT-4.1-nano', stream: false });
    const messages = [{ role: 'user', content: '[[sandbox: stall-before-headers]]' }];
    const replies = [];
    for (let request = 0; request < 3; request++) {
      replies.push((await chat(gateway.url, { ...silent, messages })).status);
    }
    expect(replies[0]).toBe(504);
    expect(await gateway.metric('poe_proxy_upstream_attempts_total{outcome="aborted"}')).toBe(0);
    const timeouts = 'poe_proxy_upstream_attempts_total{outcome="timeout"}';
    expect(await gateway.metric(timeouts)).toBeGreaterThan(1);
    // Three models were silent and nobody answered.
    expect(await gateway.metric('poe_proxy_breaker_open{model="*"}')).toBe(1);
  });

  it('what was repaired for it is not said of the one that answers', async () => {
    await start();
    const refused = 'bad-request-param param=temperature';
    await chat(gateway.url, body(refused, { temperature: 0.5, stream: false }));
    const reply = await chat(
      gateway.url,
      body('provider-quota', { temperature: 0.5, stream: false }),
    );
    expect(JSON.parse(reply.text)).toMatchObject({
      model: 'GPT-5.4-Mini',
      poe_proxy: { repairs: [] },
    });
  });

  it('a picture has another painter', async () => {
    await start();
    const content = '[[sandbox Imagen-4: provider-quota]] a cat';
    const messages = [{ role: 'user', content }];
    const reply = await chat(gateway.url, body('', { model: 'Imagen-4', messages, stream: false }));
    expect(JSON.parse(reply.text)).toMatchObject({ model: 'Imagen-4-Fast' });
  });

  it('tool calls whose stream ends silently are asked for in one piece', async () => {
    await start();
    const steps = 'silent-end-empty tool-call-with-finish';
    const { text } = await chat(gateway.url, body(steps, { tools: TOOLS }));
    const stream = readStream(text);
    expect(calls().map(({ body: sent }) => (sent as { stream?: boolean }).stream)).toEqual([
      true,
      false,
    ]);
    expect(stream.finishReason).toBe('tool_calls');
    expect(stream.isDone).toBe(true);
    expect(stream.poeProxy?.repairs).toEqual(['asked for the whole answer at once']);
  });

  it('tool calls whose stream ends silently after something was sent are a failure', async () => {
    await start();
    const { text } = await chat(gateway.url, body('silent-end', { tools: TOOLS }));
    expect(asked()).toEqual(['GPT-4.1']);
    expect(readStream(text)).toMatchObject({ isDone: false, error: { code: 'upstream_cut_off' } });
  });

  it('again and again, it is left alone, which the management port tells', async () => {
    await start({ BREAKER_MIN_CALLS: '4', RETRY_BUDGET_MIN: '3' });
    const down = body('unavailable', { stream: false });
    for (let request = 0; request < 3; request++) await chat(gateway.url, down);
    expect(asked().filter((model) => model === 'GPT-4.1')).toHaveLength(4);
    const ready = async (url: string) => (await fetch(`${url}/health/ready`)).json();
    expect(await ready(gateway.managementUrl)).toMatchObject({
      status: 'ready',
      breakers: { 'GPT-4.1': 'open' },
      poe: { waiting: 0, running: 0 },
    });
    expect(await ready(gateway.url)).toEqual({ status: 'ready' });
    expect(await gateway.metric('poe_proxy_breaker_open{model="GPT-4.1"}')).toBe(1);
  });
});
