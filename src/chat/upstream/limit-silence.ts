import { Observable, type MonoTypeOperatorFunction } from 'rxjs';
import type { ChatChunk } from '../chat-chunk.ts';
import { UpstreamError } from './upstream-error.ts';

export interface SilenceLimits {
  /** From the subscription to the first chunk; 0 is without a limit. */
  readonly firstTokenMs: number;
  /** Between two chunks. */
  readonly idleMs: number;
  /** The source has been told to pause: its silence is not its own. */
  readonly isHeldBack: () => boolean;
}

/** Fails with an UpstreamError of kind `timeout`, status 504, when the source is silent too long. */
export function limitSilence({
  firstTokenMs,
  idleMs,
  isHeldBack,
}: SilenceLimits): MonoTypeOperatorFunction<ChatChunk> {
  return (source$) =>
    new Observable((subscriber) => {
      const fail = (message: string) => {
        subscriber.error(UpstreamError.timeout(message));
      };
      let isFinished = false;
      let idle: NodeJS.Timeout | undefined;
      const first =
        firstTokenMs > 0
          ? setTimeout(() => {
              fail(`Poe did not begin its answer within ${firstTokenMs / 1000} s.`);
            }, firstTokenMs)
          : undefined;
      subscriber.add(() => {
        clearTimeout(first);
        clearTimeout(idle);
      });
      subscriber.add(
        source$.subscribe({
          next: (chunk) => {
            clearTimeout(first);
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
