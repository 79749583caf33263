import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PacedStream } from './paced-stream.ts';
import { Pacer } from './pacer.ts';
import { COMPLETION, instantStream } from './wire.ts';

/**
 * What stands in for Poe: as little work per request and per frame as Node allows, so that the
 * contestant is what a measurement measures. Prints its URL. PUT /bench/pace/50 sets the frames a
 * second of streams to come (0: all at once), PUT /bench/end ends those that run.
 */
const INSTANT_WORDS = 20;
const JSON_HEADERS = { 'content-type': 'application/json; charset=utf-8' };
const POE_HEADERS = {
  server: 'cloudflare',
  'cf-cache-status': 'DYNAMIC',
  'openai-processing-ms': '7',
  'openai-version': '2020-10-01',
  'x-poe-feature-active': 'chat-completions-strict',
  'x-request-id': 'req_poe_1401c013652f87e225d0db765cc4fa90',
};
const COMPLETION_HEADERS = {
  ...POE_HEADERS,
  ...JSON_HEADERS,
  'content-length': String(COMPLETION.length),
};
const STREAM_HEADERS = {
  ...POE_HEADERS,
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache',
  'transfer-encoding': 'chunked',
};
const STREAM_FIELD = Buffer.from('"stream":true');
const instant = instantStream(INSTANT_WORDS);

let pacer: Pacer | undefined;
let skipped = 0;

const server = createServer((request, response) => {
  if (request.url === '/v1/chat/completions') {
    readBody(request, (body) => {
      answer(body, response);
    });
  } else {
    request.resume();
    sendJson(response, otherAnswer(request.url ?? ''));
  }
});
server.keepAliveTimeout = 600_000;
server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => {
  process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});

function readBody(request: IncomingMessage, done: (body: Buffer) => void): void {
  const pieces: Buffer[] = [];
  request.on('data', (piece: Buffer) => pieces.push(piece));
  request.on('end', () => {
    const [only = Buffer.alloc(0)] = pieces;
    done(pieces.length > 1 ? Buffer.concat(pieces) : only);
  });
}

function answer(body: Buffer, response: ServerResponse): void {
  if (!body.includes(STREAM_FIELD)) {
    response.writeHead(200, COMPLETION_HEADERS).end(COMPLETION);
    return;
  }
  response.writeHead(200, STREAM_HEADERS);
  response.flushHeaders();
  if (!pacer) {
    response.socket?.write(instant);
    response.end();
    return;
  }
  const [mine, stream] = [pacer, new PacedStream(response)];
  mine.join(stream);
  response.once('close', () => {
    mine.leave(stream);
    skipped += stream.skipped;
  });
}

function otherAnswer(url: string): object {
  const [, pace] = /^\/bench\/pace\/(\d+)$/.exec(url) ?? [];
  if (pace !== undefined) setPace(Number(pace));
  if (url === '/bench/end') endStreams();
  if (url.startsWith('/bench/')) return { skipped };
  if (url.startsWith('/usage/current_balance')) return { current_point_balance: 1e12 };
  if (url.startsWith('/usage/points_history')) return { has_more: false, length: 0, data: [] };
  return { object: 'list', data: [] };
}

function setPace(framesPerSecond: number): void {
  endStreams();
  pacer?.stop();
  skipped = 0;
  pacer = framesPerSecond > 0 ? new Pacer(framesPerSecond) : undefined;
}

function endStreams(): void {
  for (const stream of [...(pacer?.members ?? [])]) {
    pacer?.leave(stream);
    (stream as PacedStream).end();
  }
}

function sendJson(response: ServerResponse, value: object): void {
  const body = JSON.stringify(value);
  response
    .writeHead(200, { ...JSON_HEADERS, 'content-length': String(Buffer.byteLength(body)) })
    .end(body);
}
