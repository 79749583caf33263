import { Injectable } from '@nestjs/common';
import type { Subscription } from 'rxjs';
import { RoutingConfig } from '../../config/config.ts';
import { Drain } from '../../observability/drain.ts';
import type { Exchange } from '../exchange.ts';

/** Each has a connection to Poe, and is paid for to its end. */
const MOST_AT_ONCE = 100;

/**
 * Calls of Poe whose clients left. Poe bills an aborted stream for what it had produced, which
 * nobody can know; with ABANDONED_STREAM=drain they are read to their end instead, to nobody.
 */
@Injectable()
export class AbandonedCalls {
  readonly #calls = new Set<Subscription>();
  #isGraceOver = false;

  constructor(
    private readonly config: RoutingConfig,
    drain: Drain,
  ) {
    // Subscribed before any answer is: an answer that is ended because of the shutdown is not read on.
    drain.expired$.subscribe(() => {
      this.#isGraceOver = true;
      for (const call of this.#calls) call.unsubscribe();
    });
  }

  /** Whether `call`, which was made for `exchange`, goes on; then its request is over with it. */
  takeOver(call: Subscription, { calls, facts, gate }: Exchange): boolean {
    const isWanted = this.config.abandonedStream === 'drain' && calls.at(-1)?.wasSent === true;
    if (!isWanted || this.#isGraceOver || this.#calls.size >= MOST_AT_ONCE) return false;
    this.#calls.add(call);
    facts.draining = new Promise((resolve) => {
      call.add(() => {
        this.#calls.delete(call);
        resolve();
      });
    });
    // Its slow client may have held it back.
    gate.open();
    return true;
  }
}
