import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { AuthConfig, KeysConfig, PoeConfig } from '../config/config.ts';
import { WatchedFile } from '../config/watched-file.ts';
import { Log } from '../observability/log.ts';
import { Metrics } from '../observability/metrics.ts';
import { KeyRing } from './key-ring.ts';
import { loadKeysFile } from './load-keys-file.ts';
import { parseKeysFile, type KeysFileSurroundings } from './parse-keys-file.ts';

/** Puts what KEYS_FILE says on the ring: a broken version is refused, and the old one stays there. */
@Injectable()
export class KeysFileService implements OnModuleInit, OnModuleDestroy {
  #watched: WatchedFile | undefined;
  readonly #surroundings: KeysFileSurroundings;

  constructor(
    private readonly ring: KeyRing,
    private readonly config: KeysConfig,
    private readonly log: Log,
    private readonly metrics: Metrics,
    auth: AuthConfig,
    poe: PoeConfig,
  ) {
    this.#surroundings = { auth, poe };
  }

  /** @throws InvalidConfiguration, which stops the start. */
  onModuleInit(): void {
    const { file, pollMs } = this.config;
    if (file === undefined) return;
    const { text, roster } = loadKeysFile(file, this.#surroundings);
    this.ring.take('file', roster);
    this.metrics.loaded('keys');
    this.#watched = new WatchedFile(file, pollMs, {
      changed: (changed) => {
        this.#take(changed, file);
      },
      unreadable: (error) => {
        this.log.warn({ err: error, file }, 'keys file cannot be read');
      },
    });
    this.#watched.start(text);
  }

  onModuleDestroy(): void {
    this.#watched?.stop();
  }

  #take(text: string, file: string): void {
    const parsed = parseKeysFile(text, this.#surroundings);
    if (Array.isArray(parsed)) {
      this.metrics.reloaded('keys', false);
      this.log.error(
        { file, problems: parsed },
        'keys file is broken: the previous version stays in force',
      );
      return;
    }
    this.ring.take('file', parsed);
    this.metrics.reloaded('keys', true);
    const { teams, keys, budgets } = parsed;
    const counts = { teams: teams.length, keys: keys.length, budgets: budgets.length };
    this.log.info({ file, ...counts }, 'keys file reloaded');
  }
}
