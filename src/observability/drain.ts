import { Injectable, type BeforeApplicationShutdown, type OnModuleDestroy } from '@nestjs/common';
import { Subject, firstValueFrom, timer, race, type Observable } from 'rxjs';
import { ServerConfig } from '../config/config.ts';
import { Log } from './log.ts';

/** Enough for the last frames to reach clients before their sockets are closed. */
const LINGER_MS = 250;

/**
 * The way out after SIGTERM: unready at once, still serving for the delay, then refusing new
 * requests while the running ones may finish within the grace; what is left ends with an error.
 */
@Injectable()
export class Drain implements OnModuleDestroy, BeforeApplicationShutdown {
  readonly #empty = new Subject<void>();
  readonly #expired = new Subject<void>();
  #open = 0;
  #leaving = false;
  #refusing = false;

  constructor(
    private readonly config: ServerConfig,
    private readonly log: Log,
  ) {}

  /** Emits once, when the grace is over: answers still running have to end now. */
  get expired$(): Observable<void> {
    return this.#expired;
  }

  get leaving(): boolean {
    return this.#leaving;
  }

  get refusing(): boolean {
    return this.#refusing;
  }

  enter(): void {
    this.#open += 1;
  }

  leave(): void {
    this.#open -= 1;
    if (this.#open === 0) this.#empty.next();
  }

  onModuleDestroy(): void {
    this.#leaving = true;
  }

  async beforeApplicationShutdown(): Promise<void> {
    const { shutdownDelayMs, shutdownGraceMs } = this.config;
    if (shutdownDelayMs > 0) await firstValueFrom(timer(shutdownDelayMs));
    this.#refusing = true;
    if (this.#open === 0) return;
    this.log.info({ open: this.#open, graceMs: shutdownGraceMs }, 'draining');
    await firstValueFrom(race(this.#empty, timer(shutdownGraceMs)));
    if (this.#open === 0) return;
    this.log.warn({ open: this.#open }, 'grace is over: ending the answers still running');
    this.#expired.next();
    await firstValueFrom(timer(LINGER_MS));
  }
}
