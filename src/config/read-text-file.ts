import { readFileSync, statSync } from 'node:fs';
import { InvalidConfiguration } from './invalid-configuration.ts';

/** A ConfigMap holds no more. To read a larger file by mistake would take all memory. */
export const MOST_BYTES = 1024 * 1024;
export const TOO_LARGE = 'is larger than 1 MB';

/**
 * A file of settings, at the start.
 * @param hint what to do about one that cannot be read
 * @throws InvalidConfiguration
 */
export function readTextFile(file: string, hint: string): string {
  try {
    if (statSync(file).size > MOST_BYTES) {
      throw new InvalidConfiguration(file, [`${TOO_LARGE}: ${hint}`]);
    }
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof InvalidConfiguration) throw error;
    const reason = (error as NodeJS.ErrnoException).code ?? 'unreadable';
    throw new InvalidConfiguration(file, [`cannot be read (${reason}): ${hint}`]);
  }
}
