import type { Bot } from '../bots/bot.ts';
import type { Dialect } from './dialect.ts';
import { LEGACY_DIALECT } from './legacy-dialect.ts';
import { STRICT_DIALECT } from './strict-dialect.ts';

const FLAGS: ReadonlyMap<string, Dialect> = new Map([
  ['chat-completions-strict', STRICT_DIALECT],
  ['chat-completions-legacy', LEGACY_DIALECT],
]);

/** `poe-feature` is a comma list; unknown flags are ignored (feature flags page). */
export function chooseDialect(bot: Bot | undefined, poeFeature: string | undefined): Dialect {
  const flags = poeFeature?.split(',').map((flag) => flag.trim()) ?? [];
  const asked = flags.map((flag) => FLAGS.get(flag)).find((dialect) => dialect !== undefined);
  return asked ?? (bot?.dialect === 'legacy' ? LEGACY_DIALECT : STRICT_DIALECT);
}
