import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { AuthConfig, KeysConfig, PoeConfig } from '../config/config.ts';
import { WatchedFile } from '../config/watched-file.ts';
import { ModelsFileService } from '../models/models-file.service.ts';
import { Log } from '../observability/log.ts';
import { Metrics } from '../observability/metrics.ts';
import { KeyRing } from './key-ring.ts';
import { loadKeysFile } from './load-keys-file.ts';
import { parseKeysFile, type KeysFileSurroundings } from './parse-keys-file.ts';
import type { Roster } from './roster.ts';

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
    private readonly models: ModelsFileService,
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
    this.#serve(roster);
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
    this.#serve(parsed);
    this.metrics.reloaded('keys', true);
    const { teams, keys, budgets } = parsed;
    const counts = { teams: teams.length, keys: keys.length, budgets: budgets.length };
    this.log.info({ file, ...counts }, 'keys file reloaded');
  }

  #serve(roster: Roster): void {
    this.ring.take('file', roster);
    const names = new Set(this.models.registry.models.map(({ name }) => name));
    const models = roster.budgets
      .filter(({ scope, subject }) => scope === 'model' && !names.has(subject))
      .map(({ subject }) => subject);
    if (models.length === 0) return;
    this.log.warn(
      { models },
      'budgets for models that models.yaml does not have by these names hold nobody back',
    );
  }
}
