import { expect } from 'vitest';
import { CompletionCollector } from '../../src/chat/reply/completion-collector.ts';
import { FrameWriter } from '../../src/chat/reply/frame-writer.ts';
import { createResponseReader } from '../../src/chat/upstream/response-reader.ts';
import { UpstreamError } from '../../src/chat/upstream/upstream-error.ts';
import { expectChunk } from './expect/expect-chunk.ts';

/** What came out of an answer: comparable, so texts instead of objects. */
export interface Answer {
  readonly frames: readonly string[];
  readonly content: string;
  readonly finishReasons: readonly string[];
  readonly skipped: number;
  readonly isDone: boolean;
  readonly completion: string;
  readonly error: UpstreamError | undefined;
}

const HEAD = { id: 'chatcmpl-1', created: 1_700_000_000, model: 'gpt' };

/**
 * Reads an answer that comes in `pieces`, checking all that is made of it on the way.
 * @throws whatever is no UpstreamError
 */
export function readAnswer(
  status: number,
  headers: Record<string, string>,
  pieces: readonly Buffer[],
): Answer {
  const writer = new FrameWriter(HEAD, true);
  const collector = new CompletionCollector();
  const frames: string[] = [];
  const finishReasons: string[] = [];
  const seen = { content: '', skipped: 0, isDone: false };
  const reader = createResponseReader(status, headers, {
    chunk: (chunk) => {
      expect(seen.isDone).toBe(false);
      expectChunk(chunk);
      const text = writer.chunk(chunk);
      expectFrames(text);
      frames.push(text);
      collector.add(chunk);
      seen.content += chunk.delta.content ?? '';
      if (chunk.finishReason !== null) finishReasons.push(chunk.finishReason);
    },
    skipped: () => (seen.skipped += 1),
    done: () => {
      expect(seen.isDone).toBe(false);
      seen.isDone = true;
    },
  });
  const error = failureOf(() => {
    for (const piece of pieces) reader.push(piece);
    reader.end();
  });
  const completion = JSON.stringify(collector.toCompletion(HEAD));
  return { ...seen, frames, finishReasons, completion, error };
}

function failureOf(read: () => void): UpstreamError | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    if (error instanceof UpstreamError) return error;
    throw error;
  }
}

/** One frame, and perhaps one of usage: as our clients' parsers want them. */
function expectFrames(text: string): void {
  const frames = text.split('\n\n');
  expect(frames.pop()).toBe('');
  expect([1, 2]).toContain(frames.length);
  for (const frame of frames) {
    expect(frame.startsWith('data: ')).toBe(true);
    expect(/[\r\n]/.test(frame)).toBe(false);
    expect(JSON.parse(frame.slice(6))).toHaveProperty('choices');
  }
}
