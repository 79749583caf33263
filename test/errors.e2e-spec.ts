import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSandbox, type Sandbox } from '../sandbox/start-sandbox.ts';
import { ask, chat } from './support/chat.ts';
import { startGateway, type Gateway } from './support/start-gateway.ts';
import { until } from './support/until.ts';

interface Envelope {
  error: { message: string; type: string; param: string | null; code: string };
}

describe('errors, all in the envelope of OpenAI', () => {
  let sandbox: Sandbox;
  let gateway: Gateway;

  beforeAll(async () => {
    sandbox = await startSandbox();
    gateway = await startGateway(sandbox.url, { BODY_LIMIT_MB: '1' });
  });
  afterAll(async () => {
    await gateway.close();
    await sandbox.close();
  });

  const json = { 'content-type': 'application/json' };
  const post = (body: string, headers: Record<string, string> = json) => ({
    method: 'POST',
    body,
    headers,
  });
  const completions = '/v1/chat/completions';
  const body = (more: object) => post(JSON.stringify({ ...ask('ok'), ...more }));

  /** [what, path, init, status, code, param] */
  const CASES: [string, string, RequestInit, number, string, string | null][] = [
    ['an unknown path', '/nope', {}, 404, 'not_found', null],
    ['a wrong method', completions, {}, 404, 'not_found', null],
    ['embeddings', '/v1/embeddings', body({}), 404, 'endpoint_not_served', null],
    ['responses', '/v1/responses', body({}), 404, 'endpoint_not_served', null],
    ['metrics on the public port', '/metrics', {}, 404, 'not_found', null],
    ['a malformed URL', '/v1/%zz', {}, 400, 'bad_http_request', null],
    ['broken JSON', completions, post('{"model": "secret-prompt'), 400, 'invalid_json', null],
    ['an empty body', completions, post(''), 400, 'invalid_json', null],
    ['no body', completions, { method: 'POST' }, 400, 'invalid_request', null],
    ['null', completions, post('null'), 400, 'invalid_request', null],
    ['a list', completions, post('[]'), 400, 'invalid_request', null],
    [
      '__proto__',
      completions,
      post('{"__proto__": {"model": "x"}}'),
      400,
      'invalid_request',
      'model',
    ],
    [
      'plain text',
      completions,
      post('hello', { 'content-type': 'text/plain' }),
      415,
      'unsupported_media_type',
      null,
    ],
    [
      'a form',
      completions,
      post('a=b', { 'content-type': 'application/x-www-form-urlencoded' }),
      415,
      'unsupported_media_type',
      null,
    ],
    [
      'a body over BODY_LIMIT_MB',
      completions,
      post(`"${'x'.repeat(1_100_000)}"`),
      413,
      'request_too_large',
      null,
    ],
    [
      'an unknown model',
      completions,
      body({ model: 'GPT-5.4-Mimi' }),
      404,
      'model_not_found',
      'model',
    ],
    ['no model', completions, body({ model: undefined }), 400, 'invalid_request', 'model'],
    ['no messages', completions, body({ messages: [] }), 400, 'invalid_request', 'messages'],
    [
      'a wrong role',
      completions,
      body({
        messages: [
          { role: 'user', content: '' },
          { role: 'bot', content: '' },
        ],
      }),
      400,
      'invalid_request',
      'messages[1].role',
    ],
    [
      'a wrong temperature',
      completions,
      body({ temperature: 3 }),
      400,
      'invalid_request',
      'temperature',
    ],
    [
      'too many messages',
      completions,
      body({ messages: Array(4097).fill({ role: 'user', content: 'x' }) }),
      400,
      'invalid_request',
      'messages',
    ],
    [
      'a body nested too deep',
      completions,
      post(
        `{"model": "GPT-4.1", "messages": [{"role": "user", "content": "x"}], "x": ${'['.repeat(150_000)}${']'.repeat(150_000)}}`,
      ),
      400,
      'invalid_request',
      null,
    ],
    [
      'too many parts',
      completions,
      body({
        messages: [{ role: 'user', content: Array(16_385).fill({ type: 'text', text: 'x' }) }],
      }),
      400,
      'invalid_request',
      'messages',
    ],
    ['an unknown model by id', '/v1/models/nope', {}, 404, 'model_not_found', 'model'],
  ];

  it.each(CASES)('%s', async (_what, path, init, status, code, param) => {
    const response = await fetch(gateway.url + path, init);
    const text = await response.text();
    const { error } = JSON.parse(text) as Envelope;
    expect([response.status, error.code, error.param]).toEqual([status, code, param]);
    expect(error.type).toBe('invalid_request_error');
    expect(error.message.length).toBeGreaterThan(10);
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
    // Neither the body nor a stack.
    expect(text).not.toMatch(/secret-prompt|node_modules|\.ts:/);
  });

  it('are logged by their code, streamed ones too', async () => {
    await chat(gateway.url, ask('cut-mid-stream'));
    await until('it is logged', () => gateway.requests().at(-1)?.error === 'upstream_cut_off');
    expect(gateway.requests().at(-1)).toMatchObject({ status: 200, outcome: 'failed' });
  });

  it('hints at the nearest model', async () => {
    const reply = await chat(gateway.url, ask('ok', { model: 'claude-haiku-45' }));
    expect((JSON.parse(reply.text) as Envelope).error.message).toMatch(
      /Did you mean "claude-haiku-4.5"\?/i,
    );
  });

  it.each([
    ['no HTTP', 'HELLO\r\n\r\n', 400],
    ['a target that is no path', 'GET *users HTTP/1.1\r\nhost: x\r\n\r\n', 404],
    ['OPTIONS of the whole', 'OPTIONS * HTTP/1.1\r\nhost: x\r\n\r\n', 404],
    ['an endless header', `GET / HTTP/1.1\r\nx: ${'x'.repeat(70_000)}\r\n\r\n`, 431],
  ])('%s', async (_what, bytes, status) => {
    const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1');
    socket.on('error', () => undefined);
    let text = '';
    socket.on('data', (data) => (text += data.toString()));
    socket.write(bytes);
    await expect.poll(() => text).toContain('\r\n\r\n{"error"');
    expect(text).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    socket.destroy();
  });

  it.each(['/nope', '/v1/%zz'])('carry our headers like every reply: %s', async (path) => {
    const own = await fetch(gateway.url + path, { headers: { 'x-request-id': 'mine-1' } });
    expect(own.headers.get('x-request-id')).toBe('mine-1');
    expect(own.headers.get('x-poe-proxy-overhead-ms')).toMatch(/^\d+\.\d$/);
    expect(own.headers.get('x-content-type-options')).toBe('nosniff');
    await until('it is logged', () => gateway.requests().at(-1)?.request_id === 'mine-1');
    const insane = await fetch(gateway.url + path, { headers: { 'x-request-id': 'a b"c' } });
    expect(insane.headers.get('x-request-id')).toMatch(/^req_[\da-f-]{36}$/);
  });
});
