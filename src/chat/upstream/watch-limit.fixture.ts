import { Subject, type MonoTypeOperatorFunction } from 'rxjs';
import type { ChatChunk } from '../chat-chunk.ts';

/** What comes out behind a limit of waiting, of a source that the test is. */
export function watchLimit(limit: MonoTypeOperatorFunction<ChatChunk>) {
  const source = new Subject<ChatChunk>();
  const seen: unknown[] = [];
  const subscription = source.pipe(limit).subscribe({
    next: () => seen.push('chunk'),
    error: (error: unknown) => seen.push(error),
    complete: () => seen.push('complete'),
  });
  return { source, seen, subscription };
}

type Ending = (watched: ReturnType<typeof watchLimit>) => void;

/** After each of them a limit has no timer left. */
export const ENDINGS: Record<string, Ending> = {
  'the end': ({ source }) => {
    source.complete();
  },
  'a failure': ({ source }) => {
    source.error(new Error('failed'));
  },
  'being left': ({ subscription }) => {
    subscription.unsubscribe();
  },
};
