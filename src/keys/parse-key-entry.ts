import type { Path, Report } from '../config/read-yaml.ts';
import { DEFAULT_TEAM } from './caller.ts';
import { EntryReader } from './entry-reader.ts';
import type { KeyLimits, KeyRecord } from './roster.ts';

const MEMBERS = [
  'id',
  'name',
  'team',
  'digest',
  'previous',
  'models',
  'expires',
  'enabled',
  'footer',
  'heartbeat',
  'requests_per_minute',
  'tokens_per_minute',
  'max_streams',
];
const ID = /^[a-z0-9]{12}$/;
const DIGEST = /^sha256:[0-9a-f]{64}$/;
const DIGEST_HINT = 'be "sha256:" and 64 hex digits, the SHA-256 of the secret, never the secret';
/** Names of models may have blanks. */
const GLOB = /^[^\p{Cc}]{1,128}$/u;

/** @returns undefined when the entry is too broken to be a key; problems are reported. */
export function parseKeyEntry(value: unknown, path: Path, report: Report): KeyRecord | undefined {
  const entry = EntryReader.of(value, path, report, MEMBERS);
  if (!entry) return undefined;
  for (const member of ['id', 'name', 'digest']) {
    if (!entry.has(member)) entry.tell(member, `${member} is missing`);
  }
  const id = entry.text('id', ID, 'be the 12 characters after "sk-poe-" in the key');
  const name = entry.name('name');
  const digest = digestOf(entry);
  const record = {
    teamId: entry.name('team') ?? DEFAULT_TEAM,
    previous: previousOf(entry),
    models: entry.texts('models', GLOB, 'be a list of names and patterns, such as [GPT-*]') ?? [
      '*',
    ],
    limits: limitsOf(entry),
    footer: entry.oneOf('footer', ['on', 'off'] as const),
    heartbeat: entry.oneOf('heartbeat', ['comment', 'chunk', 'off'] as const),
    expiresAt: entry.time('expires'),
    enabled: entry.flag('enabled') ?? true,
  };
  if (id === undefined || name === undefined || digest === undefined) return undefined;
  return { id, name, digest, ...record };
}

function digestOf(entry: EntryReader): string | undefined {
  return entry.text('digest', DIGEST, DIGEST_HINT)?.slice('sha256:'.length);
}

function previousOf(entry: EntryReader): KeyRecord['previous'] {
  const previous = entry.within('previous', ['digest', 'until']);
  if (!previous) return undefined;
  for (const member of ['digest', 'until']) {
    if (!previous.has(member)) previous.tell(member, `previous.${member} is missing`);
  }
  const digest = digestOf(previous);
  const until = previous.time('until');
  return digest === undefined || until === undefined ? undefined : { digest, until };
}

function limitsOf(entry: EntryReader): KeyLimits {
  const requestsPerMinute = entry.whole('requests_per_minute', 1);
  const tokensPerMinute = entry.whole('tokens_per_minute', 1);
  const maxStreams = entry.whole('max_streams', 1);
  return {
    ...(requestsPerMinute !== undefined && { requestsPerMinute }),
    ...(tokensPerMinute !== undefined && { tokensPerMinute }),
    ...(maxStreams !== undefined && { maxStreams }),
  };
}
