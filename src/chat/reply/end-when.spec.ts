import { Subject } from 'rxjs';
import { expect, it, vi } from 'vitest';
import { endWhen } from './end-when.ts';

function watch() {
  const source = new Subject<string>();
  const signal = new Subject<unknown>();
  const seen: unknown[] = [];
  const toError = vi.fn(() => new Error('over'));
  const subscription = source.pipe(endWhen(signal, toError)).subscribe({
    next: (value) => seen.push(value),
    error: (error: Error) => seen.push(error.message),
    complete: () => seen.push('complete'),
  });
  return { source, signal, seen, toError, subscription };
}

it('is its source until the signal comes', () => {
  const { source, signal, seen, toError } = watch();
  source.next('a');
  source.complete();
  expect(seen).toEqual(['a', 'complete']);
  expect(toError).not.toHaveBeenCalled();
  expect(signal.observed).toBe(false);
});

it('passes a failure on', () => {
  const { source, signal, seen } = watch();
  source.error(new Error('failed'));
  expect(seen).toEqual(['failed']);
  expect(signal.observed).toBe(false);
});

it('fails at the signal and leaves its source', () => {
  const { source, signal, seen } = watch();
  source.next('a');
  signal.next(1);
  signal.next(2);
  expect(seen).toEqual(['a', 'over']);
  expect(source.observed).toBe(false);
});

it('does not mind a signal that never comes', () => {
  const { source, signal, seen } = watch();
  signal.complete();
  source.next('a');
  expect(seen).toEqual(['a']);
});

it('leaves both when it is left', () => {
  const { source, signal, subscription } = watch();
  subscription.unsubscribe();
  expect([source.observed, signal.observed]).toEqual([false, false]);
});
