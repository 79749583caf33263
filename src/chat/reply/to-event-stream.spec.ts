import type { StreamableFile } from '@nestjs/common';
import { Subject, concat, of, throwError, type Observable } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { StreamConfig } from '../../config/config.ts';
import { catalogue } from '../../errors/catalogue.ts';
import { ChatChunk } from '../chat-chunk.ts';
import { FlowGate } from '../upstream/flow-gate.ts';
import { FrameWriter } from './frame-writer.ts';
import { toEventStream } from './to-event-stream.ts';
import { WaitingBytes } from './waiting-bytes.ts';

const HEARTBEAT_MS = 15_000;
const content = ChatChunk.of({ content: 'a' });
const end = ChatChunk.of({}, { finishReason: 'stop' });

/** What a client would see, frame by frame, with the time of each in seconds. */
function request(
  heartbeatStyle: StreamConfig['heartbeatStyle'] = 'comment',
  chunks$: Observable<ChatChunk> = new Subject<ChatChunk>(),
) {
  const begin = Date.now();
  const seen: string[] = [];
  const tell = (what: string) => seen.push(`${(Date.now() - begin) / 1000} ${what}`);
  const onClose = vi.fn();
  const onHandedOver = vi.fn();
  const subscription = toEventStream(chunks$, {
    writer: new FrameWriter({ id: 'x', created: 1, model: 'gpt' }, false),
    gate: new FlowGate(),
    waiting: new WaitingBytes(),
    heartbeat: { heartbeatMs: HEARTBEAT_MS, heartbeatStyle },
    toApiError: (error) => catalogue.upstreamCutOff((error as Error).message),
    onOpen: () => tell('<headers>'),
    onClose,
  }).subscribe({
    next: (file) => {
      readFrames(file, tell);
    },
    error: (error: { status: number; code: string }) => tell(`<${error.status} ${error.code}>`),
    complete: onHandedOver,
  });
  return { source: chunks$ as Subject<ChatChunk>, seen, onClose, onHandedOver, subscription };
}

let body: ReturnType<StreamableFile['getStream']> | undefined;

function readFrames(file: StreamableFile, tell: (what: string) => void): void {
  expect(file.getHeaders().type).toBe('text/event-stream; charset=utf-8');
  body = file.getStream();
  body.on('data', (bytes: Buffer) => {
    for (const frame of bytes.toString().split('\n\n').slice(0, -1)) tell(nameOf(frame));
  });
  body.on('end', () => {
    tell('<end>');
  });
  body.on('error', () => {
    tell('<broken off>');
  });
}

function nameOf(frame: string): string {
  if (!frame.startsWith('data: {')) return frame;
  const { error, choices } = JSON.parse(frame.slice(6)) as {
    error?: { code: string };
    choices: [{ delta: { content?: string }; finish_reason: string | null }];
  };
  if (error) return `error ${error.code}`;
  const [{ delta, finish_reason: reason }] = choices;
  return reason ?? (delta.content === undefined ? 'empty' : `content ${delta.content}`);
}

const seconds = (count: number) => vi.advanceTimersByTimeAsync(count * 1000);

beforeEach(() => {
  vi.useFakeTimers();
  body = undefined;
});
afterEach(() => {
  vi.useRealTimers();
});

describe('toEventStream', () => {
  it('sends headers with the first chunk, and [DONE] at the end', async () => {
    const { source, seen, onClose, onHandedOver } = request();
    await seconds(1);
    expect(seen).toEqual([]);
    source.next(content);
    expect(onHandedOver).toHaveBeenCalledOnce();
    await seconds(1);
    source.next(end);
    source.complete();
    await seconds(0);
    expect(seen).toEqual(['1 <headers>', '1 content a', '2 stop', '2 data: [DONE]', '2 <end>']);
    expect(onClose).toHaveBeenCalledExactlyOnceWith(null);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('takes an answer that is there at once', async () => {
    const { seen } = request('comment', of(content, end));
    await seconds(0);
    expect(seen).toEqual(['0 <headers>', '0 content a', '0 stop', '0 data: [DONE]', '0 <end>']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('fails with a status as long as nothing was sent', async () => {
    const { source, seen, onClose } = request();
    await seconds(1);
    source.error(new Error('failed'));
    expect(seen).toEqual(['1 <502 upstream_cut_off>']);
    expect(onClose).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('fails with a frame, no [DONE] and a broken connection after that', async () => {
    const { source, seen, onClose } = request();
    source.next(content);
    source.error(new Error('failed'));
    await seconds(1);
    expect(seen).toEqual([
      '0 <headers>',
      '0 content a',
      '0 error upstream_cut_off',
      '0.1 <broken off>',
    ]);
    expect(onClose).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({ code: 'upstream_cut_off' }),
    );
    expect(vi.getTimerCount()).toBe(0);
  });

  it('fails with a frame even if everything happens at once', async () => {
    const failing = concat(
      of(content),
      throwError(() => new Error('failed')),
    );
    const { seen } = request('comment', failing);
    await seconds(1);
    expect(seen.slice(1, 3)).toEqual(['0 content a', '0 error upstream_cut_off']);
  });

  it('leaves the source when the client leaves before anything was sent', () => {
    const { source, subscription, onClose } = request();
    subscription.unsubscribe();
    expect(source.observed).toBe(false);
    expect(onClose).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('leaves the source when the body is closed', async () => {
    const { source, onClose, seen } = request();
    source.next(content);
    await seconds(1);
    expect(source.observed).toBe(true);
    body?.destroy();
    await seconds(60);
    expect(source.observed).toBe(false);
    expect(onClose).toHaveBeenCalledExactlyOnceWith(null);
    expect(seen).toEqual(['0 <headers>', '0 content a']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('goes on when its reader has got the body', async () => {
    const { source, subscription, seen } = request();
    source.next(content);
    subscription.unsubscribe();
    source.next(content);
    await seconds(0);
    expect(seen).toEqual(['0 <headers>', '0 content a', '0 content a']);
  });
});

describe('the heartbeat', () => {
  it('sends the headers and comments while nothing comes', async () => {
    const { seen } = request('comment');
    await seconds(31);
    expect(seen).toEqual(['15 <headers>', '15 : ping', '30 : ping']);
  });

  it('sends empty chunks for clients that count those', async () => {
    const { source, seen } = request('chunk');
    await seconds(31);
    source.next(content);
    await seconds(0);
    expect(seen).toEqual(['15 <headers>', '15 empty', '30 empty', '31 content a']);
  });

  it('can be off', async () => {
    const { seen } = request('off');
    await seconds(100);
    expect(seen).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('begins again with each chunk', async () => {
    const { source, seen } = request('comment');
    for (let turn = 0; turn < 3; turn++) {
      await seconds(14);
      source.next(content);
    }
    await seconds(15);
    expect(seen.map((line) => line.split(' ')[0])).toEqual(['14', '14', '28', '42', '57']);
    expect(seen.at(-1)).toBe('57 : ping');
  });

  it('makes a failure a frame, since it has sent the headers', async () => {
    const { source, seen } = request('comment');
    await seconds(20);
    source.error(new Error('failed'));
    await seconds(1);
    expect(seen.slice(2)).toEqual(['20 error upstream_cut_off', '20.1 <broken off>']);
  });

  it.each([
    [
      'an end',
      (source: Subject<ChatChunk>) => {
        source.complete();
      },
      'data: [DONE]',
    ],
    [
      'a failure',
      (source: Subject<ChatChunk>) => {
        source.error(new Error('failed'));
      },
      'error upstream_cut_off',
    ],
  ])('is over after %s, even while its reader is slow', async (_, finish, lastFrame) => {
    const { source, seen } = request('comment');
    source.next(content);
    await seconds(0);
    body?.pause();
    finish(source);
    await seconds(60);
    body?.resume();
    await seconds(0);
    expect(seen).toEqual(expect.arrayContaining([`60 ${lastFrame}`]));
    expect(seen).not.toContainEqual(expect.stringContaining('ping'));
  });
});
