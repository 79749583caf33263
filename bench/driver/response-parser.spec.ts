import { expect, it } from 'vitest';
import { ResponseParser } from './response-parser.ts';

const FIXED = 'HTTP/1.1 200 OK\r\nServer: x\r\nContent-Length: 5\r\n\r\nhello';
const CHUNKED =
  'HTTP/1.1 201 Created\r\ntransfer-encoding: chunked\r\n\r\n' +
  '5\r\nhello\r\nA;e=1\r\n, world!\r\n\r\n0\r\nx-trailer: 1\r\n\r\n';
const EMPTY = 'HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n';
const WHOLE = [
  { status: 200, body: 'hello' },
  { status: 201, body: 'hello, world!\r\n' },
  { status: 503, body: '' },
];

function parse(...pieces: string[]) {
  const responses: { status: number; body: string }[] = [];
  let body = '';
  const parser = new ResponseParser({
    body: (piece) => (body += piece.toString()),
    end: (status) => {
      responses.push({ status, body });
      body = '';
    },
  });
  for (const piece of pieces) parser.push(Buffer.from(piece));
  return responses;
}

it('reads responses of every kind that come in one piece', () => {
  expect(parse(FIXED + CHUNKED + EMPTY)).toEqual(WHOLE);
});

it('reads the same wherever they are cut', () => {
  const all = FIXED + CHUNKED + EMPTY;
  const expected = parse(all);
  for (let at = 0; at <= all.length; at += 1) {
    expect(parse(all.slice(0, at), all.slice(at))).toEqual(expected);
  }
  expect(parse(...all)).toEqual(expected);
});

it('does not end before the last byte', () => {
  expect(parse(FIXED.slice(0, -1))).toEqual([]);
  expect(parse(CHUNKED.slice(0, -1))).toEqual([]);
});

it('refuses what it cannot find the end of', () => {
  expect(() => parse('HTTP/1.1 200 OK\r\nserver: x\r\n\r\n')).toThrow('without length');
});
