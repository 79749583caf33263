import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSandbox, type Sandbox } from '../sandbox/start-sandbox.ts';
import { chat } from './support/chat.ts';
import { startGateway, type Gateway } from './support/start-gateway.ts';

const MEGABYTE = 1024 * 1024;
/** Text that tokenizers take quadratic time for. */
const HOSTILE: [string, string][] = [
  ['one letter', 'a'.repeat(MEGABYTE)],
  ['spaces', ' '.repeat(MEGABYTE)],
  ['Chinese', '中'.repeat(MEGABYTE / 3)],
  ['emoji', '😀'.repeat(MEGABYTE / 4)],
];

describe('a megabyte of hostile text', () => {
  let sandbox: Sandbox;
  let gateway: Gateway;

  beforeAll(async () => {
    sandbox = await startSandbox();
    gateway = await startGateway(sandbox.url, { FOOTER: 'never' });
  });
  afterAll(async () => {
    await gateway.close();
    await sandbox.close();
  });

  it.each(HOSTILE)('is clipped while others are served: %s', async (_what, text) => {
    const order: string[] = [];
    const big = chat(gateway.url, {
      model: 'GPT-4.1',
      stream: false,
      messages: [
        { role: 'user', content: text.repeat(2) },
        { role: 'user', content: text },
      ],
    }).then((reply) => {
      order.push('big');
      return reply;
    });
    // Once its body has arrived, so that both are in the gateway at the same time.
    await expect.poll(() => gateway.metric('poe_proxy_inflight_requests')).toBeGreaterThan(0);
    const small = await chat(gateway.url, {
      model: 'GPT-4.1',
      stream: false,
      messages: [{ role: 'user', content: 'Hello' }],
    });
    order.push('small');
    expect(small.status).toBe(200);
    expect((await big).status).toBe(200);
    expect(order[0]).toBe('small');
  });
});
