import { readFile, stat } from 'node:fs/promises';
import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { ModelsConfig } from '../config/config.ts';
import { Log } from '../observability/log.ts';
import { Metrics } from '../observability/metrics.ts';
import { Readiness } from '../observability/readiness.ts';
import { loadModelsFile, MOST_BYTES, TOO_LARGE } from './load-models-file.ts';
import type { ModelRegistry } from './model-registry.ts';
import { parseModelsFile } from './parse-models-file.ts';

/** A file that is being written shows its beginning first, which may well be valid. */
const SETTLE_MS = 200;

/**
 * Keeps the registry equal to models.yaml. The file is read again and compared every few seconds:
 * unlike file events that sees Kubernetes swapping the symlinks of a ConfigMap, network mounts and
 * editors that rename. A new version counts once it was read twice alike; a broken one is refused
 * and the old one goes on serving.
 */
@Injectable()
export class ModelsFileService implements OnModuleInit, OnModuleDestroy {
  #text = '';
  /** Read once, other than `#text`. */
  #next: string | undefined;
  #registry: ModelRegistry | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isAway = false;

  constructor(
    private readonly config: ModelsConfig,
    private readonly log: Log,
    private readonly metrics: Metrics,
    private readonly readiness: Readiness,
  ) {}

  get registry(): ModelRegistry {
    if (!this.#registry) throw new Error('models.yaml is asked for before it was loaded');
    return this.#registry;
  }

  /** @throws InvalidConfiguration, which stops the start. */
  onModuleInit(): void {
    const { text, registry } = loadModelsFile(this.config.file);
    this.#text = text;
    this.#serve(registry);
    this.readiness.registryLoaded();
    this.#watch();
  }

  onModuleDestroy(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
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

  #watch(): void {
    const { pollMs } = this.config;
    const wait = this.#next === undefined ? pollMs : Math.min(pollMs, SETTLE_MS);
    this.#timer = setTimeout(() => void this.#look(), wait).unref();
  }

  async #look(): Promise<void> {
    try {
      const { size } = await stat(this.config.file);
      if (size > MOST_BYTES) throw new Error(TOO_LARGE);
      const text = await readFile(this.config.file, 'utf8');
      this.#isAway = false;
      const isSettled = text === this.#next;
      this.#next = text === this.#text || isSettled ? undefined : text;
      if (isSettled) this.#take(text);
    } catch (error) {
      // Between the two halves of a swap the file may be away for a moment; said once if for long.
      if (!this.#isAway) {
        this.log.warn({ err: error, file: this.config.file }, 'models file cannot be read');
      }
      this.#isAway = true;
      this.#next = undefined;
    }
    if (this.#timer) this.#watch();
  }

  #take(text: string): void {
    this.#text = text;
    const parsed = parseModelsFile(text);
    if (Array.isArray(parsed)) {
      this.metrics.modelsReloads.inc({ result: 'refused' });
      this.log.error(
        { file: this.config.file, problems: parsed },
        'models file is broken: the previous version goes on serving',
      );
      return;
    }
    this.#serve(parsed);
    this.metrics.modelsReloads.inc({ result: 'taken' });
    this.log.info({ file: this.config.file, models: parsed.models.length }, 'models file reloaded');
  }
}
