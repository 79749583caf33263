import { InvalidConfiguration } from '../config/invalid-configuration.ts';
import { readTextFile } from '../config/read-text-file.ts';
import type { ModelRegistry } from './model-registry.ts';
import { parseModelsFile } from './parse-models-file.ts';

/** @throws InvalidConfiguration when the file cannot be read, or with every problem of its text */
export function loadModelsFile(file: string): { text: string; registry: ModelRegistry } {
  const text = readTextFile(file, 'set MODELS_FILE to the path of a models.yaml');
  const registry = parseModelsFile(text);
  if (Array.isArray(registry)) throw new InvalidConfiguration(file, registry);
  return { text, registry };
}
