import type { MonoTypeOperatorFunction, Observable } from 'rxjs';
import type { ChatChunk } from './chat-chunk.ts';
import type { Exchange } from './exchange.ts';

/**
 * An answer in the making, handed through Nest as one value: Nest wraps every value that a handler
 * emits in some eight subscribers, which chunks by the thousand would pay for (docs/adr/0001).
 */
export class ChatAnswer {
  constructor(
    readonly exchange: Exchange,
    readonly chunks$: Observable<ChatChunk>,
  ) {}

  pipe(operator: MonoTypeOperatorFunction<ChatChunk>): ChatAnswer {
    return new ChatAnswer(this.exchange, this.chunks$.pipe(operator));
  }
}
