import { Subject } from 'rxjs';
import { expect, it, vi } from 'vitest';
import { ChatChunk } from '../chat-chunk.ts';
import { settleAtEnd } from './settle-at-end.ts';

const chunk = ChatChunk.ofContentJson('"a"');

function watch() {
  const source = new Subject<ChatChunk>();
  const expired$ = new Subject<void>();
  const seen: unknown[] = [];
  const settle = vi.fn((outcome: string) => seen.push(outcome));
  const deadline = { expired$, toError: () => new Error('over') };
  const subscription = settleAtEnd(source, deadline, settle).subscribe({
    next: () => seen.push('chunk'),
    error: (error: Error) => seen.push(error.message),
    complete: () => seen.push('complete'),
  });
  const isLeft = () => !source.observed && !expired$.observed;
  return { source, expired$, seen, subscription, isLeft };
}

it('settles before the end is passed on', () => {
  const { source, seen, isLeft } = watch();
  source.next(chunk);
  source.complete();
  expect(seen).toEqual(['chunk', 'completed', 'complete']);
  expect(isLeft()).toBe(true);
});

it('settles a failure', () => {
  const { source, seen, isLeft } = watch();
  source.error(new Error('failed'));
  expect(seen).toEqual(['failed', 'failed']);
  expect(isLeft()).toBe(true);
});

it('fails at the deadline and leaves its source', () => {
  const { source, expired$, seen, isLeft } = watch();
  source.next(chunk);
  expired$.next();
  expired$.next();
  expect(seen).toEqual(['chunk', 'failed', 'over']);
  expect(isLeft()).toBe(true);
});

it('does not mind a deadline that never comes', () => {
  const { source, expired$, seen } = watch();
  expired$.complete();
  source.next(chunk);
  expect(seen).toEqual(['chunk']);
});

it('settles an answer that nobody wants any more, and none twice', () => {
  const left = watch();
  left.subscription.unsubscribe();
  left.subscription.unsubscribe();
  expect(left.seen).toEqual(['abandoned']);
  expect(left.isLeft()).toBe(true);
  const ended = watch();
  ended.source.complete();
  ended.subscription.unsubscribe();
  expect(ended.seen).toEqual(['completed', 'complete']);
});
