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
      const whole = setTimeout(() => {
        const message = `Poe did not finish its answer within ${wholeMs / 1000} s.`;
        subscriber.error(new UpstreamError({ kind: 'timeout', status: 504, message }));
      }, wholeMs);
      subscriber.add(() => {
        clearTimeout(whole);
      });
      subscriber.add(source$.subscribe(subscriber));
    });
}
