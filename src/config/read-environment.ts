import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';

export type RawEnvironment = Readonly<Record<string, string | undefined>>;

/**
 * The process's environment over that of `.env`, if there is one: what was set for this process
 * wins over the file. This is the only reader of `process.env`.
 */
export function readEnvironment(file = '.env'): RawEnvironment {
  let text = '';
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  return { ...parseEnv(text), ...process.env };
}
