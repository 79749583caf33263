import { InvalidConfiguration } from '../config/invalid-configuration.ts';
import { readTextFile } from '../config/read-text-file.ts';
import { parseKeysFile, type KeysFileSurroundings } from './parse-keys-file.ts';
import type { Roster } from './roster.ts';

/** @throws InvalidConfiguration when the file cannot be read, or with every problem of its text */
export function loadKeysFile(
  file: string,
  config: KeysFileSurroundings,
): { text: string; roster: Roster } {
  const text = readTextFile(file, 'set KEYS_FILE to the path of a file of keys');
  const roster = parseKeysFile(text, config);
  if (Array.isArray(roster)) throw new InvalidConfiguration(file, roster);
  return { text, roster };
}
