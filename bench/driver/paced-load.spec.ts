import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { pacedLoad } from './paced-load.ts';
import { toRequest } from './to-request.ts';

async function load(answer: (response: ServerResponse, number: number) => void, perSecond = 200) {
  let number = 0;
  const server = createServer((request, response) => {
    request.resume().once('end', () => {
      answer(response, (number += 1));
    });
  }).listen(0, '127.0.0.1');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const request = toRequest({ port, path: '/', headers: {} }, '{}');
  const result = await pacedLoad({ port, request, perSecond, warmUpMs: 100, durationMs: 500 });
  return { ...result, arrived: number };
}

it('sends as many as the pace says, and counts those after the warm-up', async () => {
  const { latencies, arrived, failed } = await load((response) => response.end('ok'));
  expect({ arrived, failed }).toEqual({ arrived: 120, failed: 0 });
  expect(latencies.length).toBeGreaterThanOrEqual(100);
  expect(latencies.length).toBeLessThan(120);
});

it('takes no time of what failed', async () => {
  const { latencies, failed } = await load((response, number) => {
    response.writeHead(number === 1 ? 200 : 500).end('no');
  });
  expect({ failed, counted: latencies.length }).toEqual({ failed: 119, counted: 0 });
});

it('does not mind an idle connection that the server closes', async () => {
  const { failed } = await load((response) => {
    const { socket } = response;
    response.end('ok', () => setImmediate(() => socket?.destroySoon()));
  }, 20);
  expect(failed).toBe(0);
});

it('counts a broken connection as one failure', async () => {
  const { failed } = await load((response, number) => {
    if (number === 30) response.destroy();
    else response.end('ok');
  });
  expect(failed).toBe(1);
});

it('lets requests arrive while others wait for their answers', async () => {
  const held: ServerResponse[] = [];
  const { arrived, failed } = await load((response) => {
    held.push(response);
    if (held.length === 120) for (const one of held) one.end('ok');
  });
  expect({ arrived, failed }).toEqual({ arrived: 120, failed: 0 });
});

it('lets wait what finds no connection free, and answers it in its turn', async () => {
  const held: ServerResponse[] = [];
  const { arrived, failed } = await load((response) => {
    held.push(response);
    if (held.length >= 256) for (const one of held) one.end('ok');
  }, 1000);
  expect({ arrived, failed }).toEqual({ arrived: 600, failed: 0 });
});

it('times the first word of a stream, which is neither its first frame nor its end', async () => {
  const { firstWords, latencies } = await load((response) => {
    response.write('data: {"delta":{"content":""}}\n\n');
    setTimeout(() => {
      response.write('data: {"delta":{"content":"First"}}\n\n');
      // Set only now: of two timers that are overdue the later one may come first.
      setTimeout(() => response.end('data: [DONE]\n\n'), 50);
    }, 50);
  });
  expect(firstWords).toHaveLength(latencies.length);
  // Timers may be a little early.
  expect(Math.min(...firstWords)).toBeGreaterThan(45);
  expect(firstWords.every((first, at) => first < (latencies[at] ?? 0))).toBe(true);
});
