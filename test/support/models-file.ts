import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A models.yaml of its own for one test. */
export function modelsFile(text: string): string {
  const file = join(mkdtempSync(join(tmpdir(), 'poe-proxy-models-')), 'models.yaml');
  writeFileSync(file, text);
  return file;
}

/** The models.yaml that the project ships. */
export function shippedModels(): string {
  return readFileSync(new URL('../../models.yaml', import.meta.url), 'utf8');
}
