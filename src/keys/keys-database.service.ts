import { Inject, Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { KeysConfig } from '../config/config.ts';
import { Log } from '../observability/log.ts';
import { ReadinessDetail } from '../observability/readiness-detail.ts';
import { isAway } from '../store/is-away.ts';
import { Database } from '../store/database.ts';
import { KeyRing } from './key-ring.ts';
import { readRevision, readRoster } from './read-roster.ts';

/** So that replicas that started together do not ask together. */
const JITTER = 0.2;

/**
 * Puts what the database says on the ring, and looks every few seconds whether it says something
 * else. While it is away, what was last known stays in force.
 */
@Injectable()
export class KeysDatabaseService implements OnModuleInit, OnModuleDestroy {
  #revision: number | undefined;
  #readAt: Date | undefined;
  #reading: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #hasEnded = false;

  constructor(
    @Inject(Database) private readonly database: Database | undefined,
    private readonly ring: KeyRing,
    private readonly config: KeysConfig,
    private readonly log: Log,
    detail: ReadinessDetail,
  ) {
    if (database) {
      detail.add('keys', () => ({
        revision: this.#revision,
        read_at: this.#readAt?.toISOString(),
      }));
    }
  }

  async onModuleInit(): Promise<void> {
    if (this.database) await this.#poll(this.database);
  }

  onModuleDestroy(): void {
    this.#hasEnded = true;
    clearTimeout(this.#timer);
  }

  /** After a change of one's own; never fails, for the change has been made. */
  async refresh(): Promise<void> {
    // What is being read may be from before the change.
    await this.#reading;
    if (this.database) await this.#read(this.database);
  }

  async #poll(database: Database): Promise<void> {
    await (this.#reading ?? this.#read(database));
    if (this.#hasEnded) return;
    const waitMs = this.config.pollMs * (1 + JITTER * (2 * Math.random() - 1));
    this.#timer = setTimeout(() => void this.#poll(database), waitMs).unref();
  }

  #read(database: Database): Promise<void> {
    this.#reading = this.#readIfChanged(database)
      .catch((error: unknown) => {
        // One that is away says so itself, once.
        if (!isAway(error)) this.log.error({ err: error }, 'keys cannot be read from the database');
      })
      .finally(() => {
        this.#reading = undefined;
      });
    return this.#reading;
  }

  async #readIfChanged(database: Database): Promise<void> {
    const revision = await readRevision(database);
    if (revision !== this.#revision) {
      this.ring.take('database', await readRoster(database));
      this.#revision = revision;
    }
    this.#readAt = new Date();
  }
}
