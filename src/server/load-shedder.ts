import type { ServerResponse } from 'node:http';
import {
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { ServerConfig } from '../config/config.ts';
import type { ApiError } from '../errors/api-error.ts';
import { catalogue } from '../errors/catalogue.ts';
import { Log } from '../observability/log.ts';
import { Metrics } from '../observability/metrics.ts';
import { EventLoopDelay } from './event-loop-delay.ts';

const SAMPLE_MS = 100;

/** Refuses new requests while there are too many, or the event loop is late: better than slowing all. */
@Injectable()
export class LoadShedder implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #delay: EventLoopDelay;
  #sampling: NodeJS.Timeout | undefined;
  #inflight = 0;

  constructor(
    private readonly config: ServerConfig,
    private readonly metrics: Metrics,
    private readonly log: Log,
  ) {
    this.#delay = new EventLoopDelay(config.maxEventLoopDelayMs);
  }

  onApplicationBootstrap(): void {
    if (this.config.maxEventLoopDelayMs === 0) return;
    let dueAt = performance.now() + SAMPLE_MS;
    this.#sampling = setInterval(() => {
      const now = performance.now();
      this.#sample(now - dueAt);
      dueAt = now + SAMPLE_MS;
    }, SAMPLE_MS).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.#sampling);
  }

  /** The error for a request that is not to be served; otherwise it counts until `response` closes. */
  enter(response: ServerResponse): ApiError | undefined {
    const reason = this.#reason();
    if (reason !== undefined) {
      this.metrics.shed.inc({ reason });
      return catalogue.overloaded();
    }
    this.#inflight += 1;
    response.once('close', () => {
      this.#inflight -= 1;
    });
    return undefined;
  }

  #reason(): 'inflight' | 'event_loop' | undefined {
    const { maxInflightRequests: most } = this.config;
    if (most > 0 && this.#inflight >= most) return 'inflight';
    return this.#delay.isHigh ? 'event_loop' : undefined;
  }

  #sample(lateMs: number): void {
    const wasHigh = this.#delay.isHigh;
    this.#delay.add(lateMs);
    if (this.#delay.isHigh === wasHigh) return;
    const facts = { delay_ms: Math.round(this.#delay.averageMs) };
    if (wasHigh) this.log.info(facts, 'the event loop is in time again: serving all requests');
    else this.log.warn(facts, 'the event loop is late: refusing new requests');
  }
}
