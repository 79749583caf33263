import { from, Observable, type MonoTypeOperatorFunction } from 'rxjs';
import { ChatChunk, type FinishReason, type TokenUsage } from '../chat-chunk.ts';

/** Makes the end of an answer out of how it finished. */
export type Finish = (
  reason: FinishReason,
  usage: TokenUsage | undefined,
) => Promise<readonly ChatChunk[]>;

/**
 * Passes an answer through up to its finish reason and lets `finish` write the end, once the
 * source is complete and usage is known. A source that fails ends without one.
 */
export function withFinish(finish: Finish): MonoTypeOperatorFunction<ChatChunk> {
  return (source$) =>
    new Observable((subscriber) => {
      // Poe may end with [DONE] alone: that too is a proper end.
      let reason: FinishReason = 'stop';
      let usage: TokenUsage | undefined;
      subscriber.add(
        source$.subscribe({
          next: (chunk) => {
            if (chunk.contentJson !== undefined) {
              subscriber.next(chunk);
              return;
            }
            usage = chunk.usage ?? usage;
            reason = chunk.finishReason ?? reason;
            if (saysSomething(chunk)) {
              subscriber.next(ChatChunk.of(chunk.delta, { logprobs: chunk.logprobs }));
            }
          },
          error: (error: unknown) => {
            subscriber.error(error);
          },
          complete: () => {
            subscriber.add(
              from(finish(reason, usage)).subscribe({
                next: (chunks) => {
                  for (const chunk of chunks) subscriber.next(chunk);
                  subscriber.complete();
                },
                error: (error: unknown) => {
                  subscriber.error(error);
                },
              }),
            );
          },
        }),
      );
    });
}

function saysSomething({ delta, logprobs }: ChatChunk): boolean {
  return logprobs !== undefined || Object.keys(delta).length > 0;
}
