import { PassThrough } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { BodyBytes } from './body-bytes.ts';
import { readBody } from './read-body.ts';

const KB = 1024;
const MOST = 1000 * KB;

function read(bytes: BodyBytes, most = MOST) {
  const payload = new PassThrough();
  const use = vi.fn((body: Buffer) => ({ text: body.toString(), held: bytes.held }));
  const fail = vi.fn();
  readBody(payload, { most, bytes }, use, fail);
  return { payload, use, fail };
}

describe('readBody', () => {
  it.each([[[]], [['one']], [['{"a":', '"é', '中"}']]])(
    'hands over what came: %j',
    async (pieces) => {
      const bytes = new BodyBytes(MOST);
      const { payload, use, fail } = read(bytes);
      for (const piece of pieces) payload.write(piece);
      payload.end();
      await turn();
      const text = pieces.join('');
      expect(use.mock.results).toEqual([
        { type: 'return', value: { text, held: Buffer.byteLength(text) } },
      ]);
      expect(fail).not.toHaveBeenCalled();
      expect(bytes.held).toBe(0);
    },
  );

  it('puts together characters that were cut', async () => {
    const { payload, use } = read(new BodyBytes(MOST));
    const letter = Buffer.from('中');
    payload.write(letter.subarray(0, 1));
    await turn();
    payload.end(letter.subarray(1));
    await turn();
    expect(use.mock.results[0]?.value).toMatchObject({ text: '中' });
  });

  it('refuses what is larger than the limit as soon as it is', async () => {
    const bytes = new BodyBytes(MOST);
    const { payload, use, fail } = read(bytes, 10);
    payload.write('x'.repeat(10));
    await turn();
    expect(fail).not.toHaveBeenCalled();
    payload.write('x');
    await turn();
    expect(fail.mock.calls).toMatchObject([[{ status: 413, code: 'request_too_large' }]]);
    expect(bytes.held).toBe(0);
    // What comes after it is nobody's.
    payload.end('x'.repeat(100));
    await turn();
    expect([bytes.held, use.mock.calls.length, fail.mock.calls.length]).toEqual([0, 0, 1]);
  });

  it('holds all bodies together under a bound, and lets small ones pass', async () => {
    const bytes = new BodyBytes(300 * KB);
    const unfinished = [read(bytes), read(bytes)];
    for (const { payload } of unfinished) payload.write(Buffer.alloc(140 * KB));
    await turn();
    expect(bytes.held).toBe(280 * KB);

    const third = read(bytes);
    third.payload.write(Buffer.alloc(40 * KB));
    await turn();
    expect(third.fail).not.toHaveBeenCalled();
    third.payload.write(Buffer.alloc(40 * KB));
    await turn();
    expect(third.fail.mock.calls).toMatchObject([
      [{ status: 503, code: 'overloaded', headers: { 'retry-after': '1' } }],
    ]);
    expect(bytes.held).toBe(280 * KB);

    bytes.take(20 * KB);
    expect(bytes.hasRoomFor(NaN)).toBe(false);
    expect(bytes.hasRoomFor(64 * KB + 1)).toBe(false);
    const small = read(bytes);
    small.payload.end('small');
    await turn();
    expect(small.use).toHaveBeenCalledOnce();

    bytes.giveBack(20 * KB);
    for (const { payload } of unfinished) payload.destroy();
    await turn();
    expect(bytes.held).toBe(0);
    expect(bytes.hasRoomFor(NaN)).toBe(true);
  });

  it.each([
    ['with an error', new Error('aborted')],
    ['without one', undefined],
  ])('fails once and lets go when the sender leaves %s', async (_what, error) => {
    const bytes = new BodyBytes(MOST);
    const { payload, use, fail } = read(bytes);
    payload.write('half of');
    await turn();
    expect(bytes.held).toBe(7);
    payload.on('error', () => undefined).destroy(error);
    await turn();
    expect([bytes.held, use.mock.calls.length, fail.mock.calls.length]).toEqual([0, 0, 1]);
  });

  it('lets go when the body cannot be used', async () => {
    const bytes = new BodyBytes(MOST);
    const payload = new PassThrough();
    const failed = new Promise((resolve) => {
      process.once('uncaughtException', resolve);
    });
    const use = () => {
      throw new Error('no use');
    };
    readBody(payload, { most: MOST, bytes }, use, vi.fn());
    payload.on('error', () => undefined);
    payload.end('x');
    await Promise.race([failed, turn().then(() => turn())]);
    expect(bytes.held).toBe(0);
  });
});

it('has room for two of the largest bodies, and never for less than 256 MB', () => {
  const taking = (limit: number, held: number) => {
    const bytes = BodyBytes.for(limit);
    bytes.take(held);
    return bytes.hasRoomFor(NaN);
  };
  const MB = KB * KB;
  expect([taking(25 * MB, 255 * MB), taking(25 * MB, 256 * MB)]).toEqual([true, false]);
  expect([taking(200 * MB, 399 * MB), taking(200 * MB, 400 * MB)]).toEqual([true, false]);
});
