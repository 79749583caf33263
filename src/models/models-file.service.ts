import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { ModelsConfig } from '../config/config.ts';
import { WatchedFile } from '../config/watched-file.ts';
import { Log } from '../observability/log.ts';
import { Metrics } from '../observability/metrics.ts';
import { Readiness } from '../observability/readiness.ts';
import { loadModelsFile } from './load-models-file.ts';
import type { ModelRegistry } from './model-registry.ts';
import { parseModelsFile } from './parse-models-file.ts';

/**
 * Keeps the registry equal to models.yaml: a broken version is refused and the old one goes on
 * serving.
 */
@Injectable()
export class ModelsFileService implements OnModuleInit, OnModuleDestroy {
  #registry: ModelRegistry | undefined;
  readonly #watched: WatchedFile;

  constructor(
    private readonly config: ModelsConfig,
    private readonly log: Log,
    private readonly metrics: Metrics,
    private readonly readiness: Readiness,
  ) {
    const { file, pollMs } = config;
    this.#watched = new WatchedFile(file, pollMs, {
      changed: (text) => {
        this.#take(text);
      },
      unreadable: (error) => {
        log.warn({ err: error, file }, 'models file cannot be read');
      },
    });
  }

  get registry(): ModelRegistry {
    if (!this.#registry) throw new Error('models.yaml is asked for before it was loaded');
    return this.#registry;
  }

  /** @throws InvalidConfiguration, which stops the start. */
  onModuleInit(): void {
    const { text, registry } = loadModelsFile(this.config.file);
    this.#serve(registry);
    this.readiness.registryLoaded();
    this.metrics.loaded('models');
    this.#watched.start(text);
  }

  onModuleDestroy(): void {
    this.#watched.stop();
  }

  #serve(registry: ModelRegistry): void {
    this.#registry = registry;
    const models = registry.models.flatMap(({ name, price }) => (price ? [] : name));
    if (models.length === 0) return;
    this.log.warn(
      { models },
      'models without a price: each counts as the dearest of its modality until its first bill',
    );
  }

  #take(text: string): void {
    const parsed = parseModelsFile(text);
    if (Array.isArray(parsed)) {
      this.metrics.reloaded('models', false);
      this.log.error(
        { file: this.config.file, problems: parsed },
        'models file is broken: the previous version goes on serving',
      );
      return;
    }
    this.#serve(parsed);
    this.metrics.reloaded('models', true);
    this.log.info({ file: this.config.file, models: parsed.models.length }, 'models file reloaded');
  }
}
