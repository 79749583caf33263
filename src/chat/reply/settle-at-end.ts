import { Observable } from 'rxjs';
import type { Ended } from '../../observability/request-facts.ts';
import type { ChatChunk } from '../chat-chunk.ts';

/** Nobody waits any longer: the answers still running end with this error. */
export interface Deadline {
  readonly expired$: Observable<void>;
  readonly toError: () => Error;
}

/** Settles an answer once, however it ends: by itself, by the deadline, or because its client left. */
export function settleAtEnd(
  source$: Observable<ChatChunk>,
  { expired$, toError }: Deadline,
  settle: (outcome: Ended, error?: unknown) => void,
): Observable<ChatChunk> {
  return new Observable((subscriber) => {
    let isSettled = false;
    const end = (outcome: Ended, error?: unknown) => {
      if (!isSettled) settle(outcome, error);
      isSettled = true;
    };
    const fail = (error: unknown) => {
      end('failed', error);
      subscriber.error(error);
    };
    subscriber.add(
      expired$.subscribe(() => {
        fail(toError());
      }),
    );
    subscriber.add(
      source$.subscribe({
        next: (chunk) => {
          subscriber.next(chunk);
        },
        error: fail,
        complete: () => {
          end('completed');
          subscriber.complete();
        },
      }),
    );
    // After its source was left, which is when a call that goes on without its client says so.
    subscriber.add(() => {
      end('abandoned');
    });
  });
}
