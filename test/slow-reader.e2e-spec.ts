import { once } from 'node:events';
import { ServerResponse, type IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startSandbox, type Sandbox } from '../sandbox/start-sandbox.ts';
import { ask, chat, open } from './support/chat.ts';
import { startGateway, type Gateway } from './support/start-gateway.ts';
import { readStream } from './support/stream.ts';
import { until } from './support/until.ts';

/** More frames than all buffers between Poe and a client could take. */
const FRAMES = 150_000;

describe('a reader that is slower than Poe', () => {
  let sandbox: Sandbox;
  let gateway: Gateway;

  beforeAll(async () => {
    sandbox = await startSandbox();
    gateway = await startGateway(sandbox.url, { FOOTER: 'never', IDLE_TIMEOUT_SECONDS: '2' });
  });
  afterAll(async () => {
    await gateway.close();
    await sandbox.close();
  });

  it('slows the call of Poe down, and still gets everything', async () => {
    const request = open(gateway.url, ask(`ok tokens=${FRAMES}`));
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    response.pause();
    const sent = () => sandbox.journal.at(-1)?.framesSent ?? 0;
    await until('Poe stands still', async () => {
      const before = sent();
      await sleep(300);
      return before > 0 && sent() === before;
    });
    // What waits in the gateway is bounded, so Poe has most of its answer left.
    expect(sent()).toBeLessThan(FRAMES);
    // Longer than Poe may be silent by itself.
    await sleep(2500);

    // Others are not held up meanwhile.
    expect((await chat(gateway.url, ask('ok id=other'))).status).toBe(200);

    const pieces: Buffer[] = [];
    response.on('data', (piece: Buffer) => pieces.push(piece));
    response.resume();
    await once(response, 'end');
    const stream = readStream(Buffer.concat(pieces).toString());
    expect(stream.isDone).toBe(true);
    expect(stream.chunks.length).toBeGreaterThan(FRAMES);
  });

  it('is dropped when it does not fetch the rest, of a stream and of JSON alike', async () => {
    for (const stream of [true, false]) {
      const setTimeout = vi.spyOn(ServerResponse.prototype, 'setTimeout');
      await chat(gateway.url, ask(`ok id=${stream}`, { stream }));
      expect(setTimeout).toHaveBeenCalledExactlyOnceWith(120_000, expect.any(Function));
      const [call] = setTimeout.mock.calls;
      const [response] = setTimeout.mock.instances as unknown as [ServerResponse];
      const destroy = vi.spyOn(response, 'destroy');
      call?.[1]?.();
      expect(destroy).toHaveBeenCalled();
      setTimeout.mockRestore();
    }
  });
});
