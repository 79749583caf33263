import { Subject, type Subscription } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ChatChunk } from '../chat-chunk.ts';
import { followCall } from './follow-call.ts';

const role = ChatChunk.of({ role: 'assistant', content: '' });
const content = ChatChunk.ofContentJson('"a"');
const end = ChatChunk.of({}, { finishReason: 'stop' });

const timeout = (message: string) =>
  expect.objectContaining({ kind: 'timeout', status: 504, message }) as unknown;
const LATE = timeout('Poe did not begin its answer within 100 s.');
const IDLE = timeout('Poe was silent for 10 s in the middle of its answer.');
const LONG = timeout('Poe did not finish its answer in the time that the request has.');

const TIMES = {
  wholeMs: 1_000_000,
  firstTokenMs: 100_000,
  idleMs: 10_000,
  isHeldBack: () => false,
};

function watch(times: Partial<typeof TIMES> = {}) {
  const source = new Subject<ChatChunk>();
  const seen: unknown[] = [];
  const follower = {
    content: vi.fn(() => seen.push('content')),
    completed: vi.fn(),
    failed: vi.fn(),
    left: vi.fn(),
    takesOver: vi.fn((_call: Subscription) => false),
  };
  const subscription = followCall(source, { ...TIMES, ...times }, follower).subscribe({
    next: (chunk) => seen.push(chunk),
    error: (error: unknown) => seen.push(error),
    complete: () => seen.push('complete'),
  });
  const told = () =>
    (['completed', 'failed', 'left'] as const).filter((end) => follower[end].mock.calls.length > 0);
  return { source, seen, follower, subscription, told };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('what is held back', () => {
  it('is passed on in order once there is content', () => {
    const { source, seen, follower } = watch();
    source.next(role);
    source.next(role);
    expect(seen).toEqual([]);
    source.next(content);
    expect(seen).toEqual(['content', role, role, content]);
    source.next(role);
    source.next(content);
    source.complete();
    expect(seen.slice(4)).toEqual([role, content, 'complete']);
    expect(follower.content).toHaveBeenCalledOnce();
  });

  it.each([
    ['content that was not parsed', content],
    ['thoughts', ChatChunk.of({ reasoning_content: 'hm' })],
    ['a refusal', ChatChunk.of({ refusal: 'no' })],
    ['a tool call', ChatChunk.of({ tool_calls: [{ index: 0 }] })],
    ['a finish reason', end],
  ])('goes with %s', (_, chunk) => {
    const { source, seen } = watch();
    source.next(chunk);
    expect(seen).toEqual(['content', chunk]);
  });

  it.each([
    ['empty content that was not parsed', ChatChunk.ofContentJson('""')],
    ['empty texts', ChatChunk.of({ content: '', reasoning_content: '', refusal: '' })],
    ['an empty list of calls', ChatChunk.of({ tool_calls: [] })],
    ['other members', ChatChunk.of({ annotations: [{}] })],
  ])('stays with %s', (_, chunk) => {
    const { source, seen } = watch();
    source.next(chunk);
    expect(seen).toEqual([]);
  });

  it('is dropped when the call fails', () => {
    const { source, seen, follower } = watch();
    const error = new Error('failed');
    source.next(role);
    source.error(error);
    expect(seen).toEqual([error]);
    expect(follower.content).not.toHaveBeenCalled();
  });

  it('goes at the end of an answer without content', () => {
    const { source, seen } = watch();
    source.next(role);
    source.complete();
    expect(seen).toEqual(['content', role, 'complete']);
  });
});

describe('limits of waiting', () => {
  it('end a call whose first content is late', () => {
    const { source, seen, told } = watch();
    source.next(role);
    vi.advanceTimersByTime(99_999);
    expect(seen).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(seen).toEqual([LATE]);
    expect(told()).toEqual(['failed']);
    expect(source.observed).toBe(false);
  });

  it('may not be there for the first content', () => {
    const { source, seen } = watch({ firstTokenMs: 0, wholeMs: 86_400_000 });
    vi.advanceTimersByTime(86_399_999);
    source.next(content);
    expect(seen).toEqual(['content', content]);
  });

  it('end a call that is silent between chunks', () => {
    const { source, seen } = watch();
    source.next(content);
    vi.advanceTimersByTime(9999);
    source.next(content);
    vi.advanceTimersByTime(9999);
    expect(seen).toEqual(['content', content, content]);
    vi.advanceTimersByTime(1);
    expect(seen.at(-1)).toEqual(IDLE);
    expect(source.observed).toBe(false);
  });

  it('do not take for silence that the call was told to pause', () => {
    let held = true;
    const { source, seen } = watch({ isHeldBack: () => held });
    source.next(content);
    vi.advanceTimersByTime(45_000);
    expect(seen).toHaveLength(2);
    held = false;
    vi.advanceTimersByTime(5000);
    expect(seen.at(-1)).toEqual(IDLE);
  });

  it('allow any silence after the finish reason', () => {
    const { source, seen } = watch();
    source.next(content);
    source.next(end);
    source.next(role);
    vi.advanceTimersByTime(50_000);
    source.complete();
    expect(seen).toEqual(['content', content, end, role, 'complete']);
  });

  it('bound an answer that is never silent', () => {
    const { source, seen } = watch({ wholeMs: 100_000 });
    for (let second = 0; second < 100; second++) {
      source.next(content);
      vi.advanceTimersByTime(1000);
    }
    expect(seen).toHaveLength(102);
    expect(seen.at(-1)).toEqual(LONG);
    expect(source.observed).toBe(false);
  });
});

describe('the end', () => {
  const ENDINGS: [string, (watched: ReturnType<typeof watch>) => void][] = [
    [
      'completed',
      ({ source }) => {
        source.complete();
      },
    ],
    [
      'failed',
      ({ source }) => {
        source.error(new Error('failed'));
      },
    ],
    [
      'left',
      ({ subscription }) => {
        subscription.unsubscribe();
      },
    ],
  ];

  it.each(ENDINGS)('is told as %s, once, and leaves nothing behind', (name, finish) => {
    for (const chunks of [[], [content]]) {
      const watched = watch();
      for (const chunk of chunks) watched.source.next(chunk);
      expect(vi.getTimerCount()).toBe(2);
      finish(watched);
      expect(watched.told()).toEqual([name]);
      expect(vi.getTimerCount()).toBe(0);
      expect(watched.source.observed).toBe(false);
      watched.subscription.unsubscribe();
      expect(watched.told()).toEqual([name]);
    }
  });

  it('comes later for a call that is taken over, which is passed on to nobody', () => {
    const { source, seen, follower, subscription, told } = watch();
    follower.takesOver.mockReturnValue(true);
    source.next(content);
    subscription.unsubscribe();
    source.next(content);
    expect(seen).toEqual(['content', content]);
    expect(told()).toEqual([]);
    vi.advanceTimersByTime(10_000);
    expect(told()).toEqual(['failed']);
    expect(source.observed).toBe(false);
    expect(follower.takesOver.mock.calls[0]?.[0].closed).toBe(true);
  });

  it('of a call that is taken over may be its abortion', () => {
    const { source, follower, subscription, told } = watch();
    follower.takesOver.mockReturnValue(true);
    subscription.unsubscribe();
    follower.takesOver.mock.calls[0]?.[0].unsubscribe();
    expect(told()).toEqual(['left']);
    expect(source.observed).toBe(false);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('passes a failure after content on', () => {
    const { source, seen, follower } = watch();
    const error = new Error('failed');
    source.next(content);
    source.error(error);
    expect(seen).toEqual(['content', content, error]);
    expect(follower.failed).toHaveBeenCalledWith(error);
  });
});
