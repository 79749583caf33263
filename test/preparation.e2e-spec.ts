import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startSandbox, type Sandbox } from '../sandbox/start-sandbox.ts';
import { TokenCounter } from '../src/tokens/token-counter.service.ts';
import { ask, chat, open } from './support/chat.ts';
import { startGateway, type Gateway } from './support/start-gateway.ts';
import { until } from './support/until.ts';

/** Distinct texts of some 2.5 tokens a word: together far above the cap of 200,000 tokens. */
const parts = (count: number, words: number) =>
  Array.from({ length: count }, (_, nth) => ({
    type: 'text',
    text: Array.from({ length: words }, (_, word) =>
      ((nth * 7919 + word * 104_729) % 9_999_999).toString(36),
    ).join(' '),
  }));

describe('what is done before Poe is asked', () => {
  let sandbox: Sandbox;
  let gateway: Gateway;

  beforeEach(async () => {
    sandbox = await startSandbox();
    gateway = await startGateway(sandbox.url, { FOOTER: 'never' });
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    await gateway.close();
    await sandbox.close();
  });

  it('counts a message of two thousand parts a few times, not once for each', async () => {
    const counter = gateway.app.get(TokenCounter, { strict: false });
    const messages = vi.spyOn(counter, 'countMessages');
    const content = parts(2000, 120);
    const body = { model: 'GPT-4.1', stream: false, messages: [{ role: 'user', content }] };
    const reply = await chat(gateway.url, body);
    expect(reply.status).toBe(200);
    expect(messages.mock.calls.length).toBeLessThan(5);
  });

  it('stops when the client leaves', async () => {
    const counter = gateway.app.get(TokenCounter, { strict: false });
    let release: (() => void) | undefined;
    const count = counter.countTexts.bind(counter);
    const texts = vi.spyOn(counter, 'countTexts').mockImplementation(async (asked) => {
      await new Promise<void>((resolve) => (release = resolve));
      return count(asked);
    });
    const content = parts(4, 60_000);
    const body = { model: 'GPT-4.1', messages: [{ role: 'user', content }] };
    const request = open(gateway.url, body);
    request.on('error', () => undefined);
    await until('it counts', () => release !== undefined);
    request.destroy();
    await until('the request is over', () => gateway.requests().length === 1);
    const before = texts.mock.calls.length;
    release?.();
    await chat(gateway.url, { model: 'GPT-4.1', messages: [] });
    expect(texts.mock.calls.length).toBe(before);
    expect(sandbox.journal.filter(({ path }) => path.endsWith('/chat/completions'))).toEqual([]);
  });

  it.each([
    ['-5', 4],
    ['-1e9', 4],
    ['1.5', 4],
    ['NaN', 4],
    ['2', 2],
    ['99', 1],
  ])(
    'believes a client that says it retried %s times only as far as that can be',
    async (header, calls) => {
      const reply = await chat(
        gateway.url,
        ask('reset reset reset reset reset', { stream: false }),
        {
          'x-stainless-retry-count': header,
        },
      );
      expect(reply.status).toBe(502);
      const asked = sandbox.journal.filter(({ path }) => path.endsWith('/chat/completions'));
      expect(asked).toHaveLength(calls);
    },
  );
});
