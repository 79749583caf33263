import { brotliDecompressSync } from 'node:zlib';

import { afterEach, describe, expect, it } from 'vitest';

import type { JsonObject } from '../json.ts';
import { type Sandbox, startSandbox } from '../start-sandbox.ts';
import { ask, AUTHORIZATION, get, jsonOf, userMessage } from './ask.ts';
import { rawExchange } from './raw-exchange.ts';
import { streamShape } from './stream-events.ts';

let sandbox: Sandbox;

afterEach(async () => {
  await sandbox.close();
});

describe('GET /v1/models', () => {
  it('needs no key and lies as the real one does', async () => {
    sandbox = await startSandbox();
    const response = await rawExchange({ url: `${sandbox.url}/v1/models` });
    const { object, data } = jsonOf(response) as unknown as { object: string; data: JsonObject[] };

    expect(response.status).toBe(200);
    expect(object).toBe('list');
    const byId = new Map(data.map((entry) => [entry.id, entry]));
    expect(byId.get('gpt-5.4-mini')).toMatchObject({
      created: 1773276546626,
      owned_by: 'OpenAI',
      architecture: { output_modalities: ['text', 'image'] },
      pricing: { prompt: '0.00000068' },
      context_length: 400_000,
      metadata: { display_name: 'GPT-5.4-Mini' },
    });
    expect(byId.get('gpt-4o-search')).toMatchObject({ supported_features: ['tools'] });
    expect(byId.get('glm-5')).toMatchObject({ supported_endpoints: [] });
    expect(byId.has('minimax-m2.7-hs')).toBe(false);
    expect(data.length).toBeGreaterThan(60);
  });
});

describe('anything else', () => {
  it.each(['/v1/responses', '/v1/messages', '/v1/videos', '/v1/usage/current_balance'])(
    '%s is a 404 that says what there is',
    async (path) => {
      sandbox = await startSandbox();
      const response = await get(sandbox, path);
      expect(response.status).toBe(404);
      expect(response.body).toMatch(/No such endpoint: GET .*\/usage\/points_history/);
    },
  );

  it('OPTIONS is a 204 for browsers', async () => {
    sandbox = await startSandbox();
    const url = `${sandbox.url}/v1/chat/completions`;
    const response = await rawExchange({ url, method: 'OPTIONS' });
    expect(response.status).toBe(204);
    expect(response.headers['access-control-allow-methods']).toBe('POST, GET, OPTIONS');
  });
});

describe('Brotli, for whoever takes it', () => {
  const headers = { ...AUTHORIZATION, 'accept-encoding': 'gzip, br' };

  it('JSON and catalogue', async () => {
    sandbox = await startSandbox();
    for (const response of [
      await ask(sandbox, {}, { headers }),
      await get(sandbox, '/v1/models', headers),
    ]) {
      expect(response.headers['content-encoding']).toBe('br');
      expect(brotliDecompressSync(response.bytes).toString()).toMatch(/^\{"/);
    }
  });

  it('streams, frame by frame', async () => {
    sandbox = await startSandbox();
    const body = { stream: true, ...userMessage('[[sandbox: ok tokens=5]]') };
    const response = await ask(sandbox, body, { headers });
    expect(response.headers['content-encoding']).toBe('br');
    expect(streamShape(brotliDecompressSync(response.bytes).toString())).toBe('RCCCCCFD');
    expect(response.chunkSizes.length).toBeGreaterThan(5);
  });

  it('but not errors', async () => {
    sandbox = await startSandbox();
    const response = await ask(sandbox, { model: 'nobody' }, { headers });
    expect(response.headers).not.toHaveProperty('content-encoding');
    expect(response.body).toMatch(/^\{"error/);
  });
});

describe('headers', () => {
  it('of a strict answer', async () => {
    sandbox = await startSandbox();
    const { headers } = await ask(sandbox);
    const hash = headers['x-request-id']?.replace(/^req_poe_/, '') ?? '';

    expect(hash).toMatch(/^[0-9a-f]{32}$/);
    expect(headers['x-q-stat']).toMatch(new RegExp(`^,${hash},.*,203\\.0\\.113\\.7,,`));
    expect(headers).toMatchObject({
      'openai-version': '2020-10-01',
      'x-poe-feature-active': 'chat-completions-strict',
      'access-control-allow-origin': '*',
      server: 'cloudflare',
      'x-ratelimit-limit-requests': '500',
      'x-ratelimit-remaining-requests': '499',
      'x-ratelimit-reset-requests': '1',
    });
    expect(headers['openai-processing-ms']).toMatch(/^\d+$/);
    expect(headers['set-cookie']).toMatch(/^__cf_bm=/);
  });

  it('of an event stream', async () => {
    sandbox = await startSandbox();
    const { headers } = await ask(sandbox, { stream: true });
    expect(headers['content-type']).toBe('text/event-stream; charset=utf-8');
  });

  it('of the legacy dialect: no x-request-id', async () => {
    sandbox = await startSandbox();
    const { headers } = await ask(sandbox, { model: 'glm-5' });
    expect(headers).not.toHaveProperty('x-request-id');
    expect(headers['content-type']).toBe('application/json');
  });
});

describe('the rate limit', () => {
  it('is a 429 with Retry-After, for the whole account, Usage calls included', async () => {
    const keys = ['a', 'b'].map((name) => ({ name, key: name }));
    sandbox = await startSandbox({ requestsPerMinute: 3, keys });
    const asKey = (key: string) => ({ authorization: `Bearer ${key}` });

    expect((await ask(sandbox, {}, { headers: asKey('a') })).status).toBe(200);
    expect((await ask(sandbox, {}, { headers: asKey('b') })).status).toBe(200);
    expect((await get(sandbox, '/usage/current_balance', asKey('a'))).status).toBe(200);
    for (const refused of [
      await ask(sandbox, {}, { headers: asKey('a') }),
      await get(sandbox, '/usage/points_history', asKey('b')),
    ]) {
      expect(refused.status).toBe(429);
      expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    }
    expect(sandbox.ledger).toHaveLength(2);
    sandbox.reset();
    expect((await ask(sandbox, {}, { headers: asKey('a') })).status).toBe(200);
  });
});

describe('options and switches', () => {
  it('isUsageDown: the Usage API answers 503 while chat goes on, until a reset', async () => {
    sandbox = await startSandbox();
    sandbox.isUsageDown = true;
    expect((await get(sandbox, '/usage/current_balance')).status).toBe(503);
    expect((await get(sandbox, '/usage/points_history')).status).toBe(503);
    expect((await ask(sandbox)).status).toBe(200);
    sandbox.reset();
    expect((await get(sandbox, '/usage/current_balance')).status).toBe(200);
  });

  it('ignoreFeatureFlags: a bot keeps its own dialect whatever is asked for', async () => {
    sandbox = await startSandbox({ ignoreFeatureFlags: true });
    const headers = { 'poe-feature': 'chat-completions-strict' };
    const legacy = await ask(sandbox, { model: 'glm-5' }, { headers });
    expect(legacy.headers['x-poe-feature-active']).toBe('chat-completions-legacy');
  });
});
