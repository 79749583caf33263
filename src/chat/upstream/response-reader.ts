import type { ChatChunk } from '../chat-chunk.ts';
import { ChunkReader } from './chunk-reader.ts';
import { completionToChunk } from './completion-to-chunk.ts';
import { readFailure } from './read-failure.ts';
import { SseParser } from './sse-parser.ts';
import { UpstreamError } from './upstream-error.ts';

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** An error body says its thing in the first few KB; a completion may carry pictures. */
const LONGEST_ERROR = 64 * 1024;
const LONGEST_COMPLETION = 64 * 1024 * 1024;

/** One response of Poe, read as it comes. Methods throw UpstreamError when the call has failed. */
export interface ResponseReader {
  push(bytes: Buffer): void;
  /** The body ended by itself. */
  end(): void;
}

interface Events {
  chunk(chunk: ChatChunk): void;
  skipped(): void;
  /** `data: [DONE]`: nothing that counts comes after it. */
  done(): void;
}

export function createResponseReader(
  status: number,
  headers: Headers,
  events: Events,
): ResponseReader {
  if (status !== 200) {
    return readWhole(LONGEST_ERROR, (body) => {
      throw readFailure(status, headers, body);
    });
  }
  if (String(headers['content-type']).includes('text/event-stream')) return readStream(events);
  return readWhole(LONGEST_COMPLETION, (body) => {
    events.chunk(completionToChunk(body));
  });
}

function readStream(events: Events): ResponseReader {
  const reader = new ChunkReader();
  let over = false;
  const parser = new SseParser((event, data) => {
    if (over) return;
    if (data === '[DONE]') {
      over = true;
      events.done();
      return;
    }
    const chunk = reader.read(event, data);
    if (chunk) events.chunk(chunk);
    else events.skipped();
  });
  return {
    push: (bytes) => {
      parser.push(bytes);
    },
    end: () => {
      parser.end();
    },
  };
}

/** Collects the body up to `limit` bytes; an error body is cut there, a longer answer is refused. */
function readWhole(limit: number, finish: (body: string) => void): ResponseReader {
  const pieces: Buffer[] = [];
  let size = 0;
  return {
    push: (bytes) => {
      const room = limit - size;
      size += bytes.length;
      if (room > 0) pieces.push(bytes.subarray(0, room));
      if (size > limit && limit === LONGEST_COMPLETION) {
        throw UpstreamError.cut('The answer is too long.');
      }
    },
    end: () => {
      finish(Buffer.concat(pieces).toString('utf8'));
    },
  };
}
