import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startSandbox, type Sandbox } from '../sandbox/start-sandbox.ts';
import { ask, chat, open } from './support/chat.ts';
import { startGateway, type Gateway } from './support/start-gateway.ts';
import { until } from './support/until.ts';

const JSON_MODE = { stream: false };

describe('the limits of a Poe account', () => {
  let sandbox: Sandbox;
  let gateway: Gateway;
  const start = async (environment: Record<string, string> = {}) => {
    gateway = await startGateway(sandbox.url, { FOOTER: 'never', ...environment });
  };
  const startWithKeys = (environment = {}) =>
    start({
      POE_API_KEY: '',
      POE_API_KEYS: 'one@acme:sandbox-1,two@acme:sandbox-2,other@labs:sandbox-3',
      ...environment,
    });
  const calls = () => sandbox.journal.filter(({ path }) => path.endsWith('/completions'));
  const keysUsed = () =>
    calls().map(({ headers }) => headers.authorization?.replace('Bearer sandbox-', ''));
  const codeOf = (text: string) => (JSON.parse(text) as { error?: { code: string } }).error?.code;

  beforeEach(async () => {
    sandbox = await startSandbox({
      keys: [
        { name: 'Default API Key', key: 'sandbox-key' },
        { name: 'one', key: 'sandbox-1', account: 'acme' },
        { name: 'two', key: 'sandbox-2', account: 'acme' },
        { name: 'other', key: 'sandbox-3', account: 'labs' },
      ],
    });
  });
  afterEach(async () => {
    await gateway.close();
    await sandbox.close();
  });

  it('a 429 for all its requests is repeated after a pause, then told', async () => {
    await start();
    const reply = await chat(gateway.url, ask('rate-limited', JSON_MODE));
    expect([reply.status, codeOf(reply.text)]).toEqual([429, 'rate_limit_exceeded']);
    const times = calls().map(({ receivedAt }) => receivedAt);
    expect(times).toHaveLength(4);
    for (let call = 1; call < 4; call++) {
      expect((times[call] ?? 0) - (times[call - 1] ?? 0)).toBeGreaterThanOrEqual(990);
    }
  });

  it('while it is limited everybody waits, and is told when it takes too long', async () => {
    await start({ QUEUE_TIMEOUT_SECONDS: '0' });
    const limited = await chat(gateway.url, ask('rate-limited-retry-after after=61', JSON_MODE));
    expect([limited.status, limited.headers['retry-after']]).toEqual([429, '61']);
    const waiting = await chat(gateway.url, ask('ok', JSON_MODE));
    expect([waiting.status, codeOf(waiting.text)]).toEqual([429, 'rate_limit_exceeded']);
    expect(Number(waiting.headers['retry-after'])).toBeGreaterThan(30);
    expect(calls()).toHaveLength(1);
  });

  it("a provider's 429 holds up no other model", async () => {
    await start({ QUEUE_TIMEOUT_SECONDS: '0' });
    await chat(gateway.url, ask('provider-quota', JSON_MODE), { 'x-stainless-retry-count': '9' });
    const reply = await chat(gateway.url, ask('ok', { ...JSON_MODE, model: 'GPT-4.1' }));
    expect(reply.status).toBe(200);
  });

  it('requests beyond those of a minute wait, and Usage calls are among them', async () => {
    await start({ POE_REQUESTS_PER_MINUTE: '10', QUEUE_TIMEOUT_SECONDS: '0' });
    await until('the balance was read', () => sandbox.journal.length > 0);
    const replies = [];
    for (let request = 0; request < 11; request++) {
      replies.push(await chat(gateway.url, ask('ok', JSON_MODE)));
    }
    expect(replies.at(-1)?.status).toBe(429);
    expect(replies.at(-1)?.text).toContain("Poe's requests a minute");
    expect(sandbox.journal.length).toBeLessThanOrEqual(10);
  });

  it('who has too many calls running is told so, not that Poe limits requests', async () => {
    await start({ MAX_CONCURRENT_CALLS: '1', QUEUE_TIMEOUT_SECONDS: '0' });
    const slow = chat(gateway.url, ask('ok first=400', JSON_MODE));
    await until('the first call runs', () => sandbox.openCalls() === 1);
    const refused = await chat(gateway.url, ask('ok', JSON_MODE));
    expect(refused.status).toBe(429);
    expect(refused.text).toContain('as many calls of Poe running as it may');
    expect((await slow).status).toBe(200);
  });

  it('a client that leaves the line costs nothing', async () => {
    await start({ MAX_CONCURRENT_CALLS: '1' });
    const slow = chat(gateway.url, ask('ok first=400', JSON_MODE));
    await until('the first call runs', () => sandbox.openCalls() === 1);
    const gone = open(gateway.url, ask('ok id=gone', JSON_MODE));
    gone.on('error', () => undefined);
    await until('the second waits', async () => {
      return (await gateway.metric('poe_proxy_queue_waiting')) === 1;
    });
    gone.destroy();
    await until('it has left', async () => {
      return (await gateway.metric('poe_proxy_queue_waiting')) === 0;
    });
    expect((await slow).status).toBe(200);
    expect((await chat(gateway.url, ask('ok', JSON_MODE))).status).toBe(200);
    expect(calls()).toHaveLength(2);
  });

  it('one caller has no more calls running than it may', async () => {
    await start({
      PROXY_API_KEYS: 'a:a-long-enough-secret,b:another-long-secret',
      MAX_CONCURRENT_CALLS_PER_CALLER: '1',
    });
    const as = (secret: string) => ({ authorization: `Bearer ${secret}` });
    const send = (secret: string) => chat(gateway.url, ask('ok first=300', JSON_MODE), as(secret));
    const first = [send('a-long-enough-secret'), send('a-long-enough-secret')];
    await until('one of a runs and one waits', async () => {
      return (await gateway.metric('poe_proxy_queue_waiting')) === 1;
    });
    const other = send('another-long-secret');
    await until('that of b runs beside it', () => sandbox.openCalls() === 2);
    const replies = await Promise.all([...first, other]);
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200]);
  });

  it('the account with more points is drawn from, its keys in turn', async () => {
    sandbox.account('acme').balance = 900_000;
    sandbox.account('labs').balance = 200_000;
    await startWithKeys();
    await until('the balances were read', () => sandbox.journal.length >= 2);
    for (let request = 0; request < 3; request++) {
      expect((await chat(gateway.url, ask('ok', JSON_MODE))).status).toBe(200);
    }
    expect(keysUsed().slice().sort()).toEqual(['1', '1', '2']);
  });

  it('what running calls are expected to cost is drawn from their accounts already', async () => {
    sandbox.account('acme').balance = 500_001;
    sandbox.account('labs').balance = 500_000;
    await startWithKeys();
    await until('the balances were read', () => sandbox.journal.length >= 2);
    const first = chat(gateway.url, ask('ok first=400', JSON_MODE));
    await until('it runs', () => sandbox.openCalls() === 1);
    expect((await chat(gateway.url, ask('ok', JSON_MODE))).status).toBe(200);
    expect((await first).status).toBe(200);
    expect(keysUsed()[1]).toBe('3');
  });

  it.each([
    ['invalid-key', 2],
    ['insufficient-credits', 2],
    ['rate-limited-retry-after after=61', 2],
  ])('%s: another key takes the request at once, and the next', async (scenario, attempts) => {
    await startWithKeys();
    const reply = await chat(gateway.url, ask(`${scenario} ok`, JSON_MODE));
    expect(reply.status).toBe(200);
    expect(JSON.parse(reply.text)).toMatchObject({ poe_proxy: { attempts } });
    const [refused, accepted] = keysUsed();
    expect(refused).not.toBe(accepted);
    for (let request = 0; request < 2; request++) {
      await chat(gateway.url, ask('ok', JSON_MODE));
    }
    expect(keysUsed().slice(1)).not.toContain(refused);
  });

  it('a key that works again is set aside no longer', async () => {
    await startWithKeys();
    const aside = () => gateway.metric('poe_proxy_poe_keys_set_aside');
    await chat(gateway.url, ask('invalid-key invalid-key invalid-key', JSON_MODE));
    expect(await aside()).toBe(3);
    expect((await chat(gateway.url, ask('ok', JSON_MODE))).status).toBe(200);
    expect(await aside()).toBe(2);
  });

  it('when all keys are refused, the client hears why', async () => {
    await startWithKeys();
    const reply = await chat(gateway.url, ask('insufficient-credits', JSON_MODE));
    expect([reply.status, codeOf(reply.text)]).toEqual([402, 'insufficient_quota']);
    expect(keysUsed()).toHaveLength(2);
    expect(keysUsed()).toContain('3');
  });
});
