import { expect, it } from 'vitest';
import { FrameCounter } from './frame-counter.ts';

const STREAM =
  'data: {"choices":[{"delta":{"role":"assistant","content":""}}]}\n\n' +
  'data: {"choices":[{"delta":{"content":"First"}}]}\n\n' +
  'data: {"choices":[{"delta":{"content":" \\n\\n"}}]}\n\n' +
  'data: [DONE]\n\n';

function count(...pieces: string[]): FrameCounter {
  const counter = new FrameCounter();
  for (const piece of pieces) counter.push(Buffer.from(piece));
  return counter;
}

it('counts the frames of a whole stream', () => {
  expect(count(STREAM)).toMatchObject({ frames: 4, isDone: true, hasError: false });
});

it('counts the same wherever the stream is cut', () => {
  for (let at = 0; at <= STREAM.length; at += 1) {
    expect(count(STREAM.slice(0, at), STREAM.slice(at))).toMatchObject({
      frames: 4,
      isDone: true,
    });
  }
});

it('counts the same byte by byte', () => {
  expect(count(...STREAM)).toMatchObject({ frames: 4, isDone: true });
});

it('knows the first word when it has come', () => {
  const [role = '', word = ''] = STREAM.split(/(?<=\n\n)/);
  expect(count(role).hasFirstWord).toBe(false);
  expect(count(role, word).hasFirstWord).toBe(true);
});

it('is not done before [DONE] has come whole', () => {
  expect(count(STREAM.slice(0, -1)).isDone).toBe(false);
  expect(count('').isDone).toBe(false);
});

it('is not done if there was an error', () => {
  expect(count('data: {"error":{"message":"no"}}\n\n', 'data: [DONE]\n\n')).toMatchObject({
    hasError: true,
    isDone: false,
  });
});
