import { describe, expect, it } from 'vitest';
import { createResponseReader } from './response-reader.ts';

const SSE = { 'content-type': 'text/event-stream; charset=utf-8' };
const JSON_TYPE = { 'content-type': 'application/json' };
const MIB = 1024 * 1024;

const frame = (content: string, finish: string | null = null) =>
  `data: ${JSON.stringify({ choices: [{ delta: { content }, finish_reason: finish }] })}\n\n`;

function open(status: number, headers: Record<string, string | string[] | undefined>) {
  const seen: string[] = [];
  const reader = createResponseReader(status, headers, {
    chunk: (chunk) => seen.push(chunk.finishReason ?? chunk.delta.content ?? ''),
    skipped: () => seen.push('<skipped>'),
    done: () => seen.push('<done>'),
  });
  return {
    seen,
    push: (text: string | Buffer) => {
      reader.push(Buffer.from(text));
    },
    end: () => {
      reader.end();
    },
  };
}

describe('a stream', () => {
  it('is read as it comes', () => {
    const { seen, push, end } = open(200, SSE);
    push(frame('a'));
    expect(seen).toEqual(['a']);
    push(`${frame('b')}data: nonsense\n\n${frame('', 'stop')}`);
    push('data: [DONE]\n\n');
    end();
    expect(seen).toEqual(['a', 'b', '<skipped>', 'stop', '<done>']);
  });

  it('is over after [DONE], whatever follows', () => {
    const { seen, push, end } = open(200, SSE);
    push(`data: [DONE]\n\n${frame('a')}data: [DONE]\n\ndata: {"error":"late"}\n\n`);
    end();
    expect(seen).toEqual(['<done>']);
  });

  it('counts what its end leaves without an empty line', () => {
    const { seen, push, end } = open(200, SSE);
    push(frame('a').trimEnd());
    expect(seen).toEqual([]);
    end();
    expect(seen).toEqual(['a']);
  });

  it('throws the failure that a frame reports', () => {
    const { push } = open(200, SSE);
    expect(() => {
      push('data: {"error":{"message":"Overloaded"}}\n\n');
    }).toThrow('Overloaded');
  });
});

describe('a completion', () => {
  const body = JSON.stringify({ choices: [{ message: { content: '😀' }, finish_reason: 'stop' }] });

  it.each([[JSON_TYPE], [{}]])('is read at its end, with headers %j', (headers) => {
    const { seen, push, end } = open(200, headers);
    for (const byte of Buffer.from(body)) push(Buffer.of(byte));
    expect(seen).toEqual([]);
    end();
    expect(seen).toEqual(['stop']);
  });

  it('is cut off when it is not whole', () => {
    const { push, end } = open(200, JSON_TYPE);
    push(body.slice(0, -1));
    expect(end).toThrow(expect.objectContaining({ kind: 'cut' }));
  });

  it('may have 64 MiB and not more', () => {
    const { push } = open(200, JSON_TYPE);
    const mebibyte = Buffer.alloc(MIB);
    for (let i = 0; i < 64; i++) push(mebibyte);
    expect(() => {
      push('x');
    }).toThrow(expect.objectContaining({ kind: 'cut', status: 502 }));
  });
});

describe('an error status', () => {
  it.each([400, 429, 503, 204, 301])('%i is a failure, whatever its type', (status) => {
    const { push, end } = open(status, { ...SSE, 'retry-after': '1' });
    push('{"error":{"message":"Slow ');
    push('down"}}');
    expect(end).toThrow(
      expect.objectContaining({ kind: 'status', status, message: 'Slow down', retryAfterMs: 1000 }),
    );
  });

  it.each([1, 60_000, 1_000_000])('says the same in pieces of %i bytes', (size) => {
    const { push, end } = open(500, JSON_TYPE);
    const body = Buffer.from(`{"error":{"message":"Failed"}}${' '.repeat(70_000)}`);
    for (let at = 0; at < body.length; at += size) push(body.subarray(at, at + size));
    expect(end).toThrow('Failed');
  });

  it('is not read beyond 64 KiB', () => {
    const { push, end } = open(500, JSON_TYPE);
    push('{"error":{"message":"Failed"}}');
    push(' '.repeat(64 * 1024));
    push('and more');
    expect(end).toThrow('Failed');
  });
});
