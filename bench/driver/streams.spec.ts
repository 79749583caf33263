import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { until } from '../../test/support/until.ts';
import { Streams } from './streams.ts';
import { toRequest } from './to-request.ts';

const WORD = 'data: {"choices":[{"delta":{"content":"First"}}]}\n\n';
const DONE = 'data: [DONE]\n\n';

async function streamsFrom(answer: (response: ServerResponse) => void): Promise<Streams> {
  const server = createServer((request, response) => {
    request.resume().once('end', () => {
      answer(response);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const streams = new Streams(port, toRequest({ port, path: '/', headers: {} }, '{}'));
  onTestFinished(() => {
    streams.close();
    server.closeAllConnections();
    server.close();
  });
  return streams;
}

it('opens as many as are wanted and counts the frames of all', async () => {
  const responses: ServerResponse[] = [];
  const streams = await streamsFrom((response) => {
    responses.push(response);
    response.write(WORD);
  });
  await streams.grow(20);
  expect(streams).toMatchObject({ open: 20, frames: 20, completed: 0, failed: 0 });
  await streams.grow(30);
  expect(streams.open).toBe(30);
  for (const response of responses) response.end(DONE);
  await until('all have ended', () => streams.open === 0);
  expect(streams).toMatchObject({ frames: 60, completed: 30, failed: 0 });
});

it.each([
  ['is refused', (response: ServerResponse) => response.writeHead(503).end('no')],
  ['ends without [DONE]', (response: ServerResponse) => response.end(WORD)],
  ['ends without a word', (response: ServerResponse) => response.end(DONE)],
  [
    'ends with an error',
    (response: ServerResponse) => response.end(`${WORD}data: {"error":{}}\n\n${DONE}`),
  ],
  [
    'is cut off',
    (response: ServerResponse) => response.write(WORD, () => response.socket?.destroySoon()),
  ],
])('counts one that %s as failed', async (_what, answer) => {
  const streams = await streamsFrom((response) => {
    answer(response);
  });
  await streams.grow(3);
  await until('all have failed', () => streams.failed === 3);
  expect(streams).toMatchObject({ open: 0, completed: 0 });
});
