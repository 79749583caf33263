import { readFileSync } from 'node:fs';
import { InvalidConfiguration } from '../config/invalid-configuration.ts';
import type { ModelRegistry } from './model-registry.ts';
import { parseModelsFile } from './parse-models-file.ts';

/** @throws InvalidConfiguration when the file cannot be read, or with every problem of its text */
export function loadModelsFile(file: string): { text: string; registry: ModelRegistry } {
  const text = readText(file);
  const registry = parseModelsFile(text);
  if (Array.isArray(registry)) throw new InvalidConfiguration(file, registry);
  return { text, registry };
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? 'unreadable';
    throw new InvalidConfiguration(file, [
      `cannot be read (${reason}): set MODELS_FILE to the path of a models.yaml`,
    ]);
  }
}
