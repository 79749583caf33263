import { Observable, type MonoTypeOperatorFunction } from 'rxjs';
import type { ChatChunk } from '../chat-chunk.ts';
import { UpstreamError } from './upstream-error.ts';

/**
 * Fails with an UpstreamError of kind `timeout`, status 504, when the source takes longer than
 * `wholeMs` from its subscription to its end.
 */
export function limitWhole(wholeMs: number): MonoTypeOperatorFunction<ChatChunk> {
  return (source$) =>
    new Observable((subscriber) => {
      const whole = setTimeout(
        () => {
          const message = 'Poe did not finish its answer in the time that the request has.';
          subscriber.error(UpstreamError.timeout(message));
        },
        Math.max(0, wholeMs),
      );
      subscriber.add(() => {
        clearTimeout(whole);
      });
      subscriber.add(source$.subscribe(subscriber));
    });
}
