import { readFileSync, statSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { ModelsConfig } from '../config/config.ts';
import { InvalidConfiguration } from '../config/invalid-configuration.ts';
import { Log } from '../observability/log.ts';
import { Metrics } from '../observability/metrics.ts';
import { Readiness } from '../observability/readiness.ts';
import type { ModelRegistry } from './model-registry.ts';
import { parseModelsFile } from './parse-models-file.ts';

/** A file that is being written shows its beginning first, which may well be valid. */
const SETTLE_MS = 200;

/** A ConfigMap holds no more. To read a larger file by mistake would take all memory. */
const MOST_BYTES = 1024 * 1024;
const TOO_LARGE = 'is larger than 1 MB: set MODELS_FILE to the path of a models.yaml';

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
    this.#text = readText(this.config.file);
    const parsed = parseModelsFile(this.#text);
    if (Array.isArray(parsed)) throw new InvalidConfiguration(this.config.file, parsed);
    this.#registry = parsed;
    this.readiness.registryLoaded();
    this.#watch();
  }

  onModuleDestroy(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
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
    this.#registry = parsed;
    this.metrics.modelsReloads.inc({ result: 'taken' });
    this.log.info({ file: this.config.file, models: parsed.models.length }, 'models file reloaded');
  }
}

function readText(file: string): string {
  try {
    if (statSync(file).size > MOST_BYTES) throw new InvalidConfiguration(file, [TOO_LARGE]);
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof InvalidConfiguration) throw error;
    const reason = (error as NodeJS.ErrnoException).code ?? 'unreadable';
    throw new InvalidConfiguration(file, [
      `cannot be read (${reason}): set MODELS_FILE to the path of a models.yaml`,
    ]);
  }
}
