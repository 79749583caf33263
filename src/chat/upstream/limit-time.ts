import { Observable, type MonoTypeOperatorFunction } from 'rxjs';
import type { ChatChunk } from '../chat-chunk.ts';
import { UpstreamError } from './upstream-error.ts';

export interface TimeLimits {
  /** From the subscription to the end, all attempts included. */
  readonly wholeMs: number;
  /** Longest silence after the first chunk. */
  readonly idleMs: number;
  /** The source has been told to pause: its silence is not its own. */
  readonly isHeldBack: () => boolean;
}

/** Fails with an UpstreamError of kind `timeout`, status 504, when a limit is passed. */
export function limitTime({
  wholeMs,
  idleMs,
  isHeldBack,
}: TimeLimits): MonoTypeOperatorFunction<ChatChunk> {
  return (source$) =>
    new Observable((subscriber) => {
      const fail = (message: string) => {
        subscriber.error(new UpstreamError({ kind: 'timeout', status: 504, message }));
      };
      const whole = setTimeout(() => {
        fail(`Poe did not finish its answer within ${wholeMs / 1000} s.`);
      }, wholeMs);
      let idle: NodeJS.Timeout | undefined;
      let isFinished = false;
      subscriber.add(() => {
        clearTimeout(whole);
        clearTimeout(idle);
      });
      subscriber.add(
        source$.subscribe({
          next: (chunk) => {
            // What may come after the finish has a limit of its own.
            isFinished ||= chunk.finishReason !== null;
            if (isFinished) clearTimeout(idle);
            else {
              idle ??= setTimeout(() => {
                if (isHeldBack()) idle?.refresh();
                else fail(`Poe was silent for ${idleMs / 1000} s in the middle of its answer.`);
              }, idleMs);
              idle.refresh();
            }
            subscriber.next(chunk);
          },
          error: (error: unknown) => {
            subscriber.error(error);
          },
          complete: () => {
            subscriber.complete();
          },
        }),
      );
    });
}
