import { expect, it } from 'vitest';
import { FrameCounter } from '../driver/frame-counter.ts';
import { ResponseParser } from '../driver/response-parser.ts';
import { COMPLETION, instantStream } from './wire.ts';

const HEAD = Buffer.from('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n');

it('writes a stream that is whole: role, first word, words, finish reason, usage, [DONE]', () => {
  const frames = new FrameCounter();
  let text = '';
  const parser = new ResponseParser({
    body: (piece) => {
      frames.push(piece);
      text += piece.toString();
    },
    end: () => undefined,
  });
  parser.push(Buffer.concat([HEAD, instantStream(10), Buffer.from('0\r\n\r\n')]));
  expect(frames).toMatchObject({ frames: 15, hasFirstWord: true, isDone: true });
  const chunks = text
    .split('\n\n')
    .slice(0, -2)
    .map((frame) => JSON.parse(frame.slice('data: '.length)) as Record<string, unknown>);
  expect(chunks.at(-2)).toMatchObject({ choices: [{ finish_reason: 'stop', delta: {} }] });
  expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { completion_tokens: 11 } });
});

it('writes a completion whose usage adds up', () => {
  const { usage } = JSON.parse(COMPLETION.toString()) as { usage: Record<string, number> };
  expect(usage.total_tokens).toBe((usage.prompt_tokens ?? 0) + (usage.completion_tokens ?? 0));
});
