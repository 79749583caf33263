import { DEFAULT_TEAM } from './caller.ts';
import type { EntryReader } from './entry-reader.ts';
import type { KeyLimits, KeyRecord } from './roster.ts';

/** What may be said of a key, by the same names in a keys file and to the admin API. */
export const KEY_SETTINGS = [
  'name',
  'team',
  'models',
  'expires',
  'enabled',
  'footer',
  'heartbeat',
  'requests_per_minute',
  'tokens_per_minute',
  'max_streams',
];
/** Names of models may have blanks. */
const GLOB = /^[^\p{Cc}]{1,128}$/u;
/** All of them are tried for each request, and for each model of a list. */
const MOST_GLOBS = 256;
const GLOBS_HINT = `be a list of at most ${MOST_GLOBS} names and patterns, such as [GPT-*]`;

export type KeySettings = Omit<KeyRecord, 'id' | 'digest' | 'previous'>;

/** @returns undefined when there is no usable name; problems are reported. */
export function readKeySettings(entry: EntryReader): KeySettings | undefined {
  if (!entry.has('name')) entry.tell('name', 'name is missing');
  const name = entry.name('name');
  const settings = {
    teamId: entry.name('team') ?? DEFAULT_TEAM,
    models: entry.texts('models', GLOB, MOST_GLOBS, GLOBS_HINT) ?? ['*'],
    limits: limitsOf(entry),
    footer: entry.oneOf('footer', ['on', 'off'] as const),
    heartbeat: entry.oneOf('heartbeat', ['comment', 'chunk', 'off'] as const),
    expiresAt: entry.time('expires'),
    enabled: entry.flag('enabled') ?? true,
  };
  return name === undefined ? undefined : { name, ...settings };
}

function limitsOf(entry: EntryReader): KeyLimits {
  return {
    requestsPerMinute: entry.whole('requests_per_minute', 1),
    tokensPerMinute: entry.whole('tokens_per_minute', 1),
    maxStreams: entry.whole('max_streams', 1),
  };
}
