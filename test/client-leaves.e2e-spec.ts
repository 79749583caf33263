import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startSandbox, type Sandbox } from '../sandbox/start-sandbox.ts';
import { ask, chat, open } from './support/chat.ts';
import { startGateway, type Gateway } from './support/start-gateway.ts';
import { until } from './support/until.ts';

/** A client that left must not go on costing: the call of Poe ends with it, in every window. */
describe('when the client leaves, the call of Poe is aborted', () => {
  let sandbox: Sandbox;
  let gateway: Gateway;

  beforeEach(async () => {
    sandbox = await startSandbox();
    gateway = await startGateway(sandbox.url);
  });
  afterEach(async () => {
    await gateway.close();
    await sandbox.close();
  });

  const call = () => sandbox.journal.find(({ path }) => path.endsWith('/chat/completions'));
  const expectAbandoned = async () => {
    await until('Poe sees the caller leave', () => call()?.outcome === 'aborted');
    expect(sandbox.openCalls()).toBe(0);
    await until('the request is over', () => gateway.requests().length === 1);
    expect(gateway.requests()[0]).toMatchObject({ outcome: 'abandoned', attempts: 1 });
    expect(await gateway.metric('poe_proxy_inflight_requests')).toBe(0);
  };

  it.each([
    ['stream', true],
    ['JSON', false],
  ])('before its headers (%s)', async (_form, stream) => {
    const request = open(gateway.url, ask('stall-before-headers', { stream }));
    request.on('error', () => undefined);
    await until('Poe was called', () => call() !== undefined);
    request.destroy();
    await expectAbandoned();
  });

  it.each([
    ['stream', true],
    ['JSON', false],
  ])('before the first token (%s)', async (_form, stream) => {
    const request = open(gateway.url, ask('stall-before-first-token', { stream }));
    request.on('error', () => undefined);
    await until('Poe sent its headers', () => call()?.status === 200);
    request.destroy();
    await expectAbandoned();
  });

  it('in the middle of a stream', async () => {
    const request = open(gateway.url, ask('stall frames=2'));
    request.on('error', () => undefined);
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    response.on('error', () => undefined);
    await once(response, 'data');
    request.destroy();
    await expectAbandoned();
    expect(await gateway.metric('poe_proxy_stream_ends_total{reason="abandoned"}')).toBe(1);
  });

  it('in the middle of an answer in JSON', async () => {
    const request = open(gateway.url, ask('stall', { stream: false }));
    request.on('error', () => undefined);
    await until('Poe sent its headers', () => call()?.status === 200);
    request.destroy();
    await expectAbandoned();
  });

  it('while it waits for another attempt: there is none', async () => {
    const request = open(gateway.url, ask('unavailable-retry-after ok after=2'));
    request.on('error', () => undefined);
    await until('Poe refused once', () => call()?.outcome === 'completed');
    request.destroy();
    await until('the request is over', () => gateway.requests().length === 1);
    const later = chat(gateway.url, ask('unavailable-retry-after id=later after=61'));
    expect((await later).status).toBe(503);
    expect(sandbox.journal.filter(({ path }) => path.endsWith('/completions'))).toHaveLength(2);
  });

  it('frees what was held for it, and books what it may have cost', async () => {
    const first = await chat(gateway.url, ask('ok id=first', { stream: false }));
    const { poe_proxy: facts } = JSON.parse(first.text) as { poe_proxy: { balance: number } };
    const request = open(gateway.url, ask('stall frames=2'));
    request.on('error', () => undefined);
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    response.on('error', () => undefined);
    request.destroy();
    await until('the request is over', () => gateway.requests().length === 2);
    const [, abandoned] = gateway.requests();
    expect(abandoned?.points).toBeGreaterThan(0);
    expect(abandoned?.points_source).toBe('estimate');
    const next = await chat(gateway.url, ask('ok id=next', { stream: false }));
    const after = (JSON.parse(next.text) as { poe_proxy: { balance: number; points: number } })
      .poe_proxy;
    expect(facts.balance - after.balance).toBe(Number(abandoned?.points) + after.points);
  });
});
