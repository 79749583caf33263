import type { Path, Report } from '../config/read-yaml.ts';
import { EntryReader } from './entry-reader.ts';
import { KEY_SETTINGS, readKeySettings } from './read-key-settings.ts';
import type { KeyRecord } from './roster.ts';

const MEMBERS = ['id', 'digest', 'previous', ...KEY_SETTINGS];
const ID = /^[a-z0-9]{12}$/;
const DIGEST = /^sha256:[0-9a-f]{64}$/;
const DIGEST_HINT = 'be "sha256:" and 64 hex digits, the SHA-256 of the secret, never the secret';

/** @returns undefined when the entry is too broken to be a key; problems are reported. */
export function parseKeyEntry(value: unknown, path: Path, report: Report): KeyRecord | undefined {
  const entry = EntryReader.of(value, path, report, MEMBERS);
  if (!entry) return undefined;
  for (const member of ['id', 'digest']) {
    if (!entry.has(member)) entry.tell(member, `${member} is missing`);
  }
  const id = entry.text('id', ID, 'be the 12 characters after "sk-poe-" in the key');
  const digest = digestOf(entry);
  const previous = previousOf(entry);
  const settings = readKeySettings(entry);
  if (id === undefined || digest === undefined || !settings) return undefined;
  return { id, digest, previous, ...settings };
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
