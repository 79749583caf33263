import { Observable, Subscription } from 'rxjs';
import type { ChatChunk } from '../chat-chunk.ts';
import { CallTimers, type CallTimes } from './call-timers.ts';
import { UpstreamError } from './upstream-error.ts';

/** Who is told how a call goes: `content` once or never, then one of the others. */
export interface Follower {
  /** Just before the first chunk is passed on. */
  content(): void;
  completed(): void;
  failed(error: unknown): void;
  /** Nobody wants its answer any more, and it was aborted. */
  left(): void;
  /**
   * Nobody wants its answer any more: whether it goes on all the same, within the same times.
   * Unsubscribing from `call` aborts it.
   */
  takesOver(call: Subscription): boolean;
}

/**
 * Keeps the chunks of a call back until one has content or finishes the answer: what has not been
 * passed on can still be tried again. Fails with an UpstreamError of kind `timeout`, status 504,
 * when it takes longer than it may. One Observable for all of it: each more costs every chunk.
 */
export function followCall(
  source$: Observable<ChatChunk>,
  times: CallTimes,
  follower: Follower,
): Observable<ChatChunk> {
  return new Observable((subscriber) => {
    let held: ChatChunk[] | undefined = [];
    let isFinished = false;
    let isOver = false;
    const timers = new CallTimers(times, (message) => {
      fail(UpstreamError.timeout(message));
    });
    const end = () => {
      isOver = true;
      timers.clear();
    };
    const call = new Subscription(() => {
      if (isOver) return;
      end();
      follower.left();
    });
    const fail = (error: unknown) => {
      end();
      follower.failed(error);
      subscriber.error(error);
      call.unsubscribe();
    };
    const pass = (chunk: ChatChunk) => {
      // What may come after the finish has a limit of its own.
      isFinished ||= chunk.finishReason !== null;
      timers.chunk(isFinished);
      subscriber.next(chunk);
    };
    const release = () => {
      const chunks = held ?? [];
      held = undefined;
      follower.content();
      for (const chunk of chunks) pass(chunk);
    };
    call.add(
      source$.subscribe({
        next: (chunk) => {
          if (held && (chunk.hasContent || chunk.finishReason !== null)) release();
          if (held) held.push(chunk);
          else pass(chunk);
        },
        error: fail,
        complete: () => {
          if (held) release();
          end();
          follower.completed();
          subscriber.complete();
          call.unsubscribe();
        },
      }),
    );
    subscriber.add(() => {
      if (isOver || !follower.takesOver(call)) call.unsubscribe();
    });
  });
}
