import type { ChildProcess } from 'node:child_process';
import type { ClientRequest } from 'node:http';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ask, chat, open } from './support/chat.ts';
import { runSandbox } from './support/run-sandbox.ts';
import { startGateway, type Gateway } from './support/start-gateway.ts';
import { readStream } from './support/stream.ts';
import { until } from './support/until.ts';

let upstream: ChildProcess;
let gateway: Gateway;

beforeEach(async () => {
  const { url, child } = await runSandbox();
  upstream = child;
  gateway = await startGateway(url);
});
afterEach(async () => {
  upstream.kill('SIGKILL');
  await gateway.close();
});

interface Reader {
  text: string;
  end?: 'complete' | 'cut';
}

function read(call: ClientRequest): Reader {
  const reader: Reader = { text: '' };
  call.once('response', (response) => {
    response.on('data', (piece: Buffer) => (reader.text += piece.toString()));
    response.once('end', () => (reader.end = 'complete'));
    response.once('error', () => (reader.end = 'cut'));
  });
  return reader;
}

it('tells every client when Poe dies in the middle of their answers', async () => {
  const readers = Array.from({ length: 50 }, () => read(open(gateway.url, ask('stall'))));
  const answer = chat(gateway.url, ask('stall', { stream: false }));
  await until('all have got some of it', () =>
    readers.every(({ text }) => readStream(text).content.length > 0),
  );
  expect(readers.some(({ end }) => end)).toBe(false);
  upstream.kill('SIGKILL');
  await until('all have come to an end', () => readers.every(({ end }) => end));
  for (const { text, end } of readers) {
    const { chunks, isDone, error } = readStream(text);
    expect([error?.type, error?.code]).toEqual(['server_error', 'upstream_cut_off']);
    expect(chunks.at(-1)?.error).toBe(error);
    expect([isDone, end]).toEqual([false, 'cut']);
  }
  const { status, text, isComplete } = await answer;
  expect([status, isComplete]).toEqual([502, true]);
  expect(JSON.parse(text)).toMatchObject({ error: { type: 'server_error' } });
  await until('all are settled', () => gateway.requests().length === 51);
  expect(new Set(gateway.requests().map(({ outcome }) => outcome))).toEqual(new Set(['failed']));
  expect(await gateway.metric('poe_proxy_inflight_requests')).toBe(0);
});
