import { PassThrough } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { BodyBytes } from './body-bytes.ts';
import { readBody } from './read-body.ts';

const KB = 1024;
const MB = 1024 * KB;

function read(bytes = new BodyBytes(MB), most = 10 * MB) {
  const payload = new PassThrough({ highWaterMark: 10 * MB });
  const use = vi.fn((body: Buffer) => body.toString());
  const fail = vi.fn();
  const hold = bytes.hold();
  readBody(payload, most, hold, use, fail);
  const write = async (size: number) => {
    payload.write(Buffer.alloc(size));
    await turn();
  };
  return { payload, use, fail, hold, write };
}

describe('readBody', () => {
  it.each([[[]], [['one']], [['{"a":', '"é', '中"}']]])(
    'hands over what came: %j',
    async (pieces) => {
      const bytes = new BodyBytes(MB);
      const { payload, use, fail, hold } = read(bytes);
      for (const piece of pieces) payload.write(piece);
      payload.end();
      await turn();
      const text = pieces.join('');
      expect(use.mock.results).toEqual([{ type: 'return', value: text }]);
      expect(fail).not.toHaveBeenCalled();
      // Whoever has the body now has its bytes, until its request is over.
      expect(bytes.held).toBe(Buffer.byteLength(text));
      hold.release();
      hold.release();
      expect(bytes.held).toBe(0);
    },
  );

  it('puts together characters that were cut', async () => {
    const { payload, use } = read();
    const letter = Buffer.from('中');
    payload.write(letter.subarray(0, 1));
    await turn();
    payload.end(letter.subarray(1));
    await turn();
    expect(use.mock.results).toEqual([{ type: 'return', value: '中' }]);
  });

  it('refuses what is larger than the limit as soon as it is', async () => {
    const bytes = new BodyBytes(MB);
    const { payload, use, fail, write } = read(bytes, 10);
    await write(10);
    expect(fail).not.toHaveBeenCalled();
    await write(1);
    expect(fail.mock.calls).toMatchObject([[{ status: 413, code: 'request_too_large' }]]);
    expect(bytes.held).toBe(0);
    // What comes after it is nobody's.
    payload.end('x'.repeat(100));
    await turn();
    expect([bytes.held, use.mock.calls.length, fail.mock.calls.length]).toEqual([0, 0, 1]);
  });

  it('refuses what there is no room for, before and while it comes', async () => {
    const bytes = new BodyBytes(4 * MB);
    const unfinished = [read(bytes), read(bytes)];
    for (const { write } of unfinished) await write(1.5 * MB);
    expect(bytes.held).toBe(3 * MB);
    expect([bytes.hasRoomFor(MB), bytes.hasRoomFor(MB + 1), bytes.hasRoomFor(NaN)]).toEqual([
      true,
      false,
      true,
    ]);
    const third = read(bytes);
    await third.write(MB);
    expect(third.fail).not.toHaveBeenCalled();
    await third.write(1);
    expect(third.fail.mock.calls).toMatchObject([
      [{ status: 503, code: 'overloaded', headers: { 'retry-after': '1' } }],
    ]);
    expect(bytes.held).toBe(3 * MB);
  });

  it('reads what is small, however much others hold', async () => {
    const bytes = new BodyBytes(2 * MB);
    const { write, hold } = read(bytes);
    await write(3 * MB);
    expect([bytes.hasRoomFor(64 * KB), bytes.hasRoomFor(64 * KB + 1)]).toEqual([true, false]);
    const small = read(bytes);
    await small.write(64 * KB);
    small.payload.end();
    await turn();
    expect(small.use).toHaveBeenCalledOnce();
    hold.release();
    expect(bytes.hasRoomFor(MB)).toBe(true);
  });

  it('reads the largest body, where nobody else holds much', async () => {
    const bytes = new BodyBytes(2 * MB);
    await read(bytes).write(MB);
    expect(bytes.hasRoomFor(10 * MB)).toBe(true);
    const large = read(bytes);
    await large.write(9 * MB);
    expect(large.fail).not.toHaveBeenCalled();
    expect(bytes.hasRoomFor(MB)).toBe(false);
  });

  it.each([
    ['with an error', new Error('aborted')],
    ['without one', undefined],
  ])('fails once and lets go when the sender leaves %s', async (_what, error) => {
    const bytes = new BodyBytes(MB);
    const { payload, use, fail, write } = read(bytes);
    await write(7);
    expect(bytes.held).toBe(7);
    payload.on('error', () => undefined).destroy(error);
    await turn();
    expect([bytes.held, use.mock.calls.length, fail.mock.calls.length]).toEqual([0, 0, 1]);
  });
});

it('has room for a sixteenth of the heap', () => {
  const bytes = BodyBytes.for(64 * MB);
  bytes.hold().take(3 * MB);
  expect([bytes.hasRoomFor(MB), bytes.hasRoomFor(MB + 1)]).toEqual([true, false]);
});
