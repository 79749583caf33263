import type { PoeConfig } from '../config/config.ts';
import type { EntryReader } from './entry-reader.ts';
import type { TeamRecord } from './roster.ts';

/** What may be said of a team, by the same names in a keys file and to the admin API. */
export const TEAM_SETTINGS = ['name', 'poe_account'];

export type TeamSettings = Omit<TeamRecord, 'id'>;

/** @returns undefined when there is no usable name; problems are reported. */
export function readTeamSettings(entry: EntryReader, poe: PoeConfig): TeamSettings | undefined {
  if (!entry.has('name')) entry.tell('name', 'name is missing');
  const name = entry.name('name');
  const poeAccount = readPoeAccount(entry, poe);
  return name === undefined ? undefined : { name, poeAccount };
}

export function readPoeAccount(entry: EntryReader, poe: PoeConfig): string | undefined {
  const poeAccount = entry.text('poe_account', /./, 'be the name of an account of POE_API_KEYS');
  const accounts = new Set(poe.keys.map(({ account }) => account));
  if (poeAccount !== undefined && !accounts.has(poeAccount)) {
    const known = [...accounts].join(', ');
    entry.tell('poe_account', `poe_account is no account of this gateway: one of ${known}`);
  }
  return poeAccount;
}
