import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startSandbox, type Sandbox } from '../sandbox/start-sandbox.ts';
import { ask, chat } from './support/chat.ts';
import { startGateway, type Gateway } from './support/start-gateway.ts';
import { readStream } from './support/stream.ts';
import { until } from './support/until.ts';

describe('the footer', () => {
  let sandbox: Sandbox | undefined;
  let gateway: Gateway | undefined;
  const start = async (
    environment: Record<string, string>,
    options: Parameters<typeof startSandbox>[0] = {},
  ) => {
    sandbox = await startSandbox(options);
    return (gateway = await startGateway(sandbox.url, environment));
  };

  beforeEach(() => {
    sandbox = gateway = undefined;
  });
  afterEach(async () => {
    await gateway?.close();
    await sandbox?.close();
  });

  it.each([
    ['auto', 'off', false],
    ['never', 'on', true],
    ['always', 'off', false],
  ])('follows the wish of a request: FOOTER=%s and %s', async (FOOTER, wish, isShown) => {
    const { url } = await start({ FOOTER, FOOTER_WAIT_MS: '0' });
    const reply = await chat(url, ask('ok'), { 'x-poe-proxy-footer': wish });
    expect(readStream(reply.text).content.includes('Points: ')).toBe(isShown);
  });

  it('is the only thing that an answer waits for', async () => {
    // Longer than any test may take.
    const { url } = await start({ FOOTER_WAIT_MS: '60000' });
    const reply = await chat(url, ask('ledger-missing'), { 'x-poe-proxy-footer': 'off' });
    expect(readStream(reply.text).poeProxy?.points_source).toBe('estimate');
  });

  it('counts tokens itself where Poe does not say them', async () => {
    const { url } = await start({ FOOTER_WAIT_MS: '0' });
    const { content } = readStream((await chat(url, ask('finish-without-usage'))).text);
    expect(content).toMatch(/Tokens: [1-9]\d* total \([1-9]\d* in \/ [1-9]\d* out\)/);
    await until('it is logged', () => gateway?.requests().length === 1);
    expect(gateway?.requests()[0]?.prompt_tokens).toBeGreaterThan(0);
  });

  it('complains of what is above a limit, and of nothing else', async () => {
    const { url } = await start({
      POINTS_PER_MESSAGE_WARN: '0',
      MAX_POINTS_PER_MESSAGE: '100000',
    });
    const { content } = readStream((await chat(url, ask('ok'))).text);
    expect(content).toMatch(/Balance: [\d,]+$/);
  });

  it.each([-90_000, 90_000])(
    'has the points of the ledger, whose clock is %i ms off',
    async (skew) => {
      const { url } = await start({}, { clockSkewMs: skew });
      const { poeProxy } = readStream((await chat(url, ask('ok'))).text);
      expect(poeProxy?.points_source).toBe('history');
    },
  );
});
