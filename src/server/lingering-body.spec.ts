import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { isUploading, lingeringBody } from './lingering-body.ts';

const KIB = 1024;
const LINGER_MS = 5000;
const MOST_DISCARDED = 32 * KIB * KIB;

const soon = () => vi.advanceTimersByTimeAsync(0);

function start() {
  const upload = new PassThrough();
  const body = lingeringBody('refused', upload as unknown as IncomingMessage);
  const seen: string[] = [];
  body.on('data', (bytes: Buffer) => seen.push(bytes.toString()));
  body.on('end', () => seen.push('<end>'));
  return { upload, body, seen };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

describe('lingeringBody', () => {
  it('says all at once, and ends with the upload', async () => {
    const { upload, seen } = start();
    await soon();
    expect(seen).toEqual(['refused']);
    upload.write('x');
    await soon();
    expect(seen).toEqual(['refused']);
    upload.end();
    await soon();
    expect(seen).toEqual(['refused', '<end>']);
  });

  it('waits for a client that stands still no longer than it must', async () => {
    const { seen } = start();
    await vi.advanceTimersByTimeAsync(LINGER_MS - 1);
    expect(seen).toEqual(['refused']);
    await vi.advanceTimersByTimeAsync(1);
    expect(seen).toEqual(['refused', '<end>']);
  });

  it('has enough of a client that sends without end', async () => {
    const { upload, seen } = start();
    const piece = Buffer.alloc(KIB * KIB);
    for (let sent = 0; sent < MOST_DISCARDED; sent += piece.length) upload.write(piece);
    await soon();
    expect(seen).toEqual(['refused']);
    upload.write('x');
    await soon();
    expect(seen).toEqual(['refused', '<end>']);
  });

  it('lets go of the upload when its own client has left', async () => {
    const { upload, body, seen } = start();
    await soon();
    body.destroy();
    await soon();
    expect(seen).toEqual(['refused']);
    expect(upload.listenerCount('data') + upload.listenerCount('close')).toBe(0);
  });
});

describe('isUploading', () => {
  it.each([
    [false, true, { 'content-length': '10000000' }],
    [false, false, {}],
    [false, false, { 'content-length': '0' }],
    [false, false, { 'content-length': String(64 * KIB) }],
    [true, false, { 'content-length': String(64 * KIB + 1) }],
    [true, false, { 'transfer-encoding': 'chunked' }],
  ])('is %s for complete=%s and %j', (expected, complete, headers) => {
    expect(isUploading({ complete, headers } as IncomingMessage)).toBe(expected);
  });
});
