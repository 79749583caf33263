import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StreamConfig } from '../src/config/config.ts';
import { startSandbox, type Sandbox } from '../sandbox/start-sandbox.ts';
import { ask, chat } from './support/chat.ts';
import { startGateway, type Gateway } from './support/start-gateway.ts';
import { readStream } from './support/stream.ts';

const BEAT_MS = 60;

describe('while Poe is silent', () => {
  let sandbox: Sandbox;
  let gateway: Gateway;
  const start = async (heartbeatStyle: StreamConfig['heartbeatStyle']) => {
    gateway = await startGateway(sandbox.url, { FOOTER: 'never' }, (config) => ({
      ...config,
      stream: { heartbeatMs: BEAT_MS, heartbeatStyle },
      poe: { ...config.poe, callTimeoutMs: 1500 },
    }));
  };

  beforeEach(async () => {
    sandbox = await startSandbox();
  });
  afterEach(async () => {
    await gateway.close();
    await sandbox.close();
  });

  it('comments keep the stream alive, from before the headers of Poe on', async () => {
    await start('comment');
    const reply = await chat(gateway.url, ask(`ok headers=${BEAT_MS * 5} say=hello`));
    const stream = readStream(reply.text);
    expect(reply.text).toMatch(/^: ping\n\n: ping\n\n/);
    expect(stream.answer).toBe('hello');
    expect(stream.isDone).toBe(true);
  });

  it('chunks do, for clients that count chunks', async () => {
    await start('chunk');
    const reply = await chat(gateway.url, ask(`ok first=${BEAT_MS * 5} say=hello`));
    const stream = readStream(reply.text);
    const empty = stream.chunks.filter((chunk) => chunk.choices?.[0]?.finish_reason === null);
    expect(stream.comments).toBe(0);
    expect(empty.length).toBeGreaterThan(2);
    expect(stream.answer).toBe('hello');
  });

  it('off sends nothing, so that errors keep their status however late', async () => {
    await start('off');
    const reply = await chat(gateway.url, ask(`unavailable-retry-after after=61 first=300`));
    expect(reply.status).toBe(503);
  });

  it('a failure after the first heartbeat is a frame, for the status has gone', async () => {
    await start('comment');
    const reply = await chat(gateway.url, ask('stall-before-headers'));
    const stream = readStream(reply.text);
    expect(reply.status).toBe(200);
    expect(stream.comments).toBeGreaterThan(3);
    expect(stream.error?.code).toBe('upstream_timeout');
    expect(stream.isDone || reply.isComplete).toBe(false);
  });

  it('another attempt is possible after a heartbeat, as long as no content was sent', async () => {
    await start('comment');
    const steps = `silent-end-empty ok first=${BEAT_MS * 3} say=hello`;
    const reply = await chat(gateway.url, ask(steps));
    const stream = readStream(reply.text);
    expect(stream.comments).toBeGreaterThan(1);
    expect(stream.answer).toBe('hello');
    expect(stream.poeProxy?.attempts).toBe(2);
  });

  it('only data lines and comments are sent: openai-python breaks on others', async () => {
    await start('comment');
    const reply = await chat(gateway.url, ask('comments first=200'));
    for (const line of reply.text.split('\n')) expect(line).toMatch(/^(?:data: .+|: ping|)$/);
  });
});
