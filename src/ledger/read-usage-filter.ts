import type { EntryReader } from '../keys/entry-reader.ts';
import { USAGE_GROUPS, type UsageGroup, type UsageQuery } from './read-usage.ts';

const DAY_MS = 24 * 3600 * 1000;
/** Today included. */
const DEFAULT_DAYS = 30;
/** One line. */
const TEXT = /^[^\p{Cc}]{1,128}$/u;
const HINT = 'be a single line of up to 128 characters';

/** What an operator asks for, of the last 30 days unless said otherwise; problems are reported. */
export function readUsageFilter(entry: EntryReader): UsageQuery {
  return {
    groups: readGroups(entry),
    from: entry.time('from') ?? firstDay(),
    to: entry.time('to'),
    team: entry.text('team', TEXT, HINT),
    key: entry.text('key', TEXT, HINT),
    model: entry.text('model', TEXT, HINT),
  };
}

function readGroups(entry: EntryReader): UsageGroup[] {
  const names = (entry.text('group_by', /./, 'be a text') ?? 'day').split(',');
  const groups = USAGE_GROUPS.filter((group) => names.includes(group));
  if (groups.length !== names.length) {
    const all = USAGE_GROUPS.join(', ');
    entry.tell('group_by', `group_by must be some of ${all}, comma separated, each once`);
  }
  return names as UsageGroup[];
}

function firstDay(): number {
  return (Math.floor(Date.now() / DAY_MS) - DEFAULT_DAYS + 1) * DAY_MS;
}
