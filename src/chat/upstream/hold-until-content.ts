import { Observable, type MonoTypeOperatorFunction } from 'rxjs';
import type { ChatChunk } from '../chat-chunk.ts';

/**
 * Keeps chunks back until one has content or finishes the answer: what has not been passed on can
 * still be tried again. `onContent` is called once, just before the first chunk is passed on.
 */
export function holdUntilContent(onContent: () => void): MonoTypeOperatorFunction<ChatChunk> {
  return (source$) =>
    new Observable((subscriber) => {
      let held: ChatChunk[] | undefined = [];
      const release = () => {
        const chunks = held ?? [];
        held = undefined;
        onContent();
        for (const chunk of chunks) subscriber.next(chunk);
      };
      return source$.subscribe({
        next: (chunk) => {
          if (held && (chunk.hasContent || chunk.finishReason !== null)) release();
          if (held) held.push(chunk);
          else subscriber.next(chunk);
        },
        error: (error: unknown) => {
          subscriber.error(error);
        },
        complete: () => {
          if (held) release();
          subscriber.complete();
        },
      });
    });
}
