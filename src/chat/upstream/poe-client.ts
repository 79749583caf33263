import { Injectable } from '@nestjs/common';
import { Observable } from 'rxjs';
import type { PoeKey } from '../../config/config.ts';
import { Metrics } from '../../observability/metrics.ts';
import { authorization } from '../../poe/authorization.ts';
import { PoeDispatcher } from '../../poe/poe-dispatcher.ts';
import type { ChatChunk } from '../chat-chunk.ts';
import { CallHandler, type Patience } from './call-handler.ts';
import type { FlowGate } from './flow-gate.ts';
import type { UpstreamCall } from './upstream-call.ts';

const HEADERS = {
  'content-type': 'application/json',
  // Poe compresses even without being asked.
  'accept-encoding': 'identity',
  'user-agent': 'poe-proxy',
  // Of Poe's two dialects the one whose usage is what it bills; flags unknown to it are ignored.
  'poe-feature': 'chat-completions-strict',
};

/** One call of Poe's chat completions. */
@Injectable()
export class PoeClient {
  readonly #headers = new WeakMap<PoeKey, typeof HEADERS>();

  constructor(
    private readonly poe: PoeDispatcher,
    private readonly metrics: Metrics,
  ) {}

  /**
   * Sends `body` and emits the answer's chunks. Completes only when Poe said that the answer was
   * complete; fails with an UpstreamError otherwise. Unsubscribing aborts the call, whether it is
   * queued, waits for headers or is in the middle of its body.
   */
  complete(
    body: string,
    call: UpstreamCall,
    gate: FlowGate,
    patience: Patience,
  ): Observable<ChatChunk> {
    return new Observable((subscriber) => {
      const handler = new CallHandler(call, gate, patience, {
        next: (chunk) => {
          subscriber.next(chunk);
        },
        skipped: () => {
          this.metrics.skippedFrames.inc();
        },
        settle: (error) => {
          if (error) subscriber.error(error);
          else subscriber.complete();
        },
      });
      const { origin, prefix, dispatcher } = this.poe;
      const path = `${prefix}/v1/chat/completions`;
      const headers = this.#headersOf(call.key);
      dispatcher.dispatch({ origin, path, method: 'POST', headers, body }, handler);
      return () => {
        handler.abort();
      };
    });
  }

  #headersOf(key: PoeKey): typeof HEADERS {
    const known = this.#headers.get(key);
    if (known) return known;
    const headers = { ...HEADERS, ...authorization(key) };
    this.#headers.set(key, headers);
    return headers;
  }
}
