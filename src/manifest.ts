import { readFileSync } from 'node:fs';

/** package.json stands beside `src` and `dist` alike. */
const file = new URL('../package.json', import.meta.url);

/** What the project says of itself. */
export const manifest = JSON.parse(readFileSync(file, 'utf8')) as {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly license: string;
  readonly homepage: string;
};
