import { readFileSync, statSync } from 'node:fs';
import { InvalidConfiguration } from '../config/invalid-configuration.ts';
import type { ModelRegistry } from './model-registry.ts';
import { parseModelsFile } from './parse-models-file.ts';

/** A ConfigMap holds no more. To read a larger file by mistake would take all memory. */
export const MOST_BYTES = 1024 * 1024;
export const TOO_LARGE = 'is larger than 1 MB: set MODELS_FILE to the path of a models.yaml';

/** @throws InvalidConfiguration when the file cannot be read, or with every problem of its text */
export function loadModelsFile(file: string): { text: string; registry: ModelRegistry } {
  const text = readText(file);
  const registry = parseModelsFile(text);
  if (Array.isArray(registry)) throw new InvalidConfiguration(file, registry);
  return { text, registry };
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
