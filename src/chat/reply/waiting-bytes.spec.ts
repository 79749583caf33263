import { expect, it } from 'vitest';
import { WaitingBytes } from './waiting-bytes.ts';

it('is too many above 64 MiB, all streams together', () => {
  const waiting = new WaitingBytes();
  expect(waiting.tooMany).toBe(false);
  waiting.change(60 * 1024 * 1024);
  waiting.change(4 * 1024 * 1024);
  expect(waiting.tooMany).toBe(false);
  waiting.change(1);
  expect(waiting.tooMany).toBe(true);
  waiting.change(-1);
  expect(waiting.tooMany).toBe(false);
});
