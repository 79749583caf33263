import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { FlowGate } from '../upstream/flow-gate.ts';
import { EventStreamBody } from './event-stream-body.ts';
import { WaitingBytes } from './waiting-bytes.ts';

const turn = () => new Promise(setImmediate);

/** What a client reads off its socket, while `send` is done with a body that is piped to it. */
async function serve(
  send: (body: EventStreamBody, response: ServerResponse) => Promise<void>,
  version = '1.1',
): Promise<string> {
  let sending: Promise<void> | undefined;
  const server = createServer((_request, response) => {
    const body = new EventStreamBody(new FlowGate(), new WaitingBytes(), () => undefined);
    body.on('error', () => response.destroy());
    body.pipe(response);
    sending = send(body, response);
    sending.catch(() => response.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  client.write(`GET / HTTP/${version}\r\nhost: a\r\nconnection: close\r\n\r\n`);
  const pieces: Buffer[] = [];
  for await (const piece of client) pieces.push(piece as Buffer);
  server.close();
  await sending;
  const [, content = ''] = Buffer.concat(pieces)
    .toString()
    .split(/\r\n\r\n(.*)/s);
  return content;
}

const sendFrames = async (body: EventStreamBody) => {
  body.send('first');
  await turn();
  await turn();
  body.send('a');
  body.send('bé');
  await turn();
  body.send('c');
  body.finish();
};

it('writes the frames of one turn together, and all in their order', async () => {
  expect(await serve(sendFrames)).toBe('5\r\nfirst\r\n4\r\nabé\r\n1\r\nc\r\n0\r\n\r\n');
});

it('knows a client that takes no chunks', async () => {
  expect(await serve(sendFrames, '1.0')).toBe('firstabéc');
});

it('keeps the order when what is written has to wait', async () => {
  const text = await serve(async (body, response) => {
    body.send('first');
    await turn();
    await turn();
    body.send('x'.repeat(8 * 1024 * 1024));
    await turn();
    expect(response.socket?.writableNeedDrain).toBe(true);
    body.send('then');
    expect(body.readableLength).toBe(0);
    body.send('next');
    expect(body.readableLength).toBe(4);
    body.finish();
  });
  expect(text).toMatch(/^5\r\nfirst\r\n800000\r\nx+\r\n4\r\nthen\r\n4\r\nnext\r\n0\r\n\r\n$/);
});

it('sends the last frame of a failure, and no end', async () => {
  const text = await serve(async (body) => {
    body.send('first');
    await turn();
    await turn();
    body.send('a');
    body.fail('error', new Error('failed'));
  });
  expect(text).toBe('5\r\nfirst\r\n1\r\na\r\n5\r\nerror\r\n');
});
