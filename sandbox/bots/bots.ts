import { readFileSync } from 'node:fs';

import { behaviourOf } from './behaviour.ts';
import type { Bot, CatalogueLine } from './bot.ts';

/** All bots by id, in the catalogue's order. */
export const BOTS: ReadonlyMap<string, Bot> = new Map(
  catalogueLines().map((line) => {
    const id = line.name.toLowerCase();
    return [id, { ...line, id, ...behaviourOf(id, line) }];
  }),
);

/** One bot a line, so that a table of eighty stays a table. */
function catalogueLines(): CatalogueLine[] {
  const text = readFileSync(new URL('catalogue.jsonl', import.meta.url), 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as CatalogueLine);
}
