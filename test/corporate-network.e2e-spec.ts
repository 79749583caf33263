import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSandbox, type Sandbox } from '../sandbox/start-sandbox.ts';
import { ask, chat } from './support/chat.ts';
import { authorityFile, startForwardProxy, startTlsFront } from './support/corporate-network.ts';
import { environmentFor, run } from './support/run-gateway.ts';
import { startGateway } from './support/start-gateway.ts';

describe('in a corporate network', () => {
  let sandbox: Sandbox;
  let poe: Awaited<ReturnType<typeof startTlsFront>>;
  let proxy: Awaited<ReturnType<typeof startForwardProxy>>;

  beforeAll(async () => {
    sandbox = await startSandbox();
    poe = await startTlsFront(sandbox.url);
    proxy = await startForwardProxy();
  });
  afterAll(async () => {
    proxy.close();
    poe.close();
    await sandbox.close();
  });

  /** Answers one completion, and says through which tunnels it and the Usage calls went. */
  const completeWith = async (environment: Record<string, string>) => {
    proxy.tunnels.length = 0;
    sandbox.reset();
    const gateway = await startGateway(poe.url, environment);
    try {
      const reply = await chat(gateway.url, ask('ok', { stream: false }));
      return { reply, tunnels: new Set(proxy.tunnels) };
    } finally {
      await gateway.close();
    }
  };
  const host = () => new URL(poe.url).host;

  it('trusts a private authority for chat and Usage calls', async () => {
    const { reply, tunnels } = await completeWith({ NODE_EXTRA_CA_CERTS: authorityFile });
    expect(JSON.parse(reply.text)).toMatchObject({ poe_proxy: { points_source: 'history' } });
    expect(tunnels.size).toBe(0);
  });

  it('does not trust it unasked', async () => {
    const { reply } = await completeWith({});
    expect(reply.status).toBe(502);
    expect(reply.text).toContain('upstream_unreachable');
  });

  it('goes through HTTPS_PROXY with chat and Usage calls', async () => {
    const { reply, tunnels } = await completeWith({
      NODE_EXTRA_CA_CERTS: authorityFile,
      HTTPS_PROXY: proxy.url,
    });
    expect(JSON.parse(reply.text)).toMatchObject({ poe_proxy: { points_source: 'history' } });
    expect([...tunnels]).toEqual([host()]);
    expect(sandbox.journal.some(({ path }) => path.startsWith('/usage/'))).toBe(true);
  });

  it('does not where NO_PROXY says so', async () => {
    const { reply, tunnels } = await completeWith({
      NODE_EXTRA_CA_CERTS: authorityFile,
      HTTPS_PROXY: proxy.url,
      NO_PROXY: 'localhost',
    });
    expect(reply.status).toBe(200);
    expect(tunnels.size).toBe(0);
  });

  it('finds Poe behind a path, for chat and Usage calls', async () => {
    sandbox.reset();
    const gateway = await startGateway(`${sandbox.url}/egress/poe`);
    await chat(gateway.url, ask('ok', { stream: false }));
    await gateway.close();
    const paths = sandbox.journal.map(({ path }) => path);
    expect(paths).toContain('/egress/poe/v1/chat/completions');
    expect(paths).toContain('/egress/poe/usage/current_balance');
  });

  it('lists models through the proxy too', async () => {
    proxy.tunnels.length = 0;
    const list = run('list-models.js', {
      ...environmentFor(poe.url),
      HTTPS_PROXY: proxy.url,
      NODE_EXTRA_CA_CERTS: authorityFile,
    });
    expect(await list.exit).toBe(0);
    expect(proxy.tunnels).toEqual([host()]);
  });
});
