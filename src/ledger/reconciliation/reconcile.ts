import type { Database } from '../../store/database.ts';
import type { Bookkeeper } from './bookkeeper.ts';
import type { CaseReader } from './case-reader.ts';
import type { Case } from './case.ts';
import type { Entry, Match } from './claimant.ts';
import { countsDisagree } from './counts-disagree.ts';
import { markExternal } from './mark-external.ts';
import { matchEntries, mayBeOf } from './match-entries.ts';
import { isOwnName, recallName, type NamedAccount } from './own-names.ts';
import { readEntries } from './read-entries.ts';
import { readUnbilledCalls, readUnbilledLost } from './read-unbilled.ts';

/** Graces until a call is written off, or an external entry is left alone. */
export const GRACES = 4;

interface Pass {
  readonly database: Database;
  readonly accounts: ReadonlyMap<string, NamedAccount>;
  readonly cases: CaseReader;
  readonly books: Bookkeeper;
  /** See ReconciliationConfig; ms. */
  readonly graceMs: number;
  readonly windowMs: number;
  /** When everything was known that this account's ledger says of the last window, ms UTC. */
  readonly knownAt: (account: string) => number;
  /** Ends it early. */
  readonly mayGoOn: () => boolean;
}

/**
 * Compares what is known of Poe's ledgers with the rows of calls, and books what it finds. Whatever
 * of it was done before an end in the middle is right; the next pass does the rest.
 * @throws DatabaseError
 */
export async function reconcile(pass: Pass, now: number): Promise<void> {
  const { database, accounts, books, graceMs, windowMs, mayGoOn } = pass;
  for (const named of accounts.values()) await recallName(database, named);
  const lateAfter = now - GRACES * graceMs;
  await books.tieClaimed(lateAfter);
  await books.repriceChanged(now - windowMs - graceMs);
  const entries = await readEntries(database, now - graceMs, lateAfter);
  if (mayGoOn()) await bookEntries(pass, entries, now);
  if (mayGoOn()) await writeOff(pass);
}

async function bookEntries(pass: Pass, entries: readonly Entry[], now: number): Promise<void> {
  const [first, last] = [entries[0], entries.at(-1)];
  if (!first || !last) return;
  const { database, accounts, cases, books } = pass;
  const claimants = await cases.read(first.created_at, last.created_at, now);
  const undecided = await cases.undecided(last.created_at);
  const disagreeing = await countsDisagree(database, claimants, now);
  const matches = matchEntries({ entries, claimants, undecided, disagreeing });
  for (const { claimant, entry, grade } of matches) {
    const named = accounts.get(entry.account);
    if (claimant.key && claimant.usage && grade === 'exact' && entry.tokens_in !== null) {
      named?.names.learn(claimant.key, entry.key_name ?? undefined);
    }
  }
  await books.bookMatches(matches.filter(({ claimant }) => claimant.isRipe));
  const left = withoutMatch(entries, matches);
  await markExternal(
    database,
    left.filter((entry) => entry.isOld && entry.kind === 'pending' && !mayBeOf(undecided, entry)),
    ({ account, key_name }) => {
      const named = accounts.get(account);
      return named && isOwnName(named, key_name) ? 'no_call' : 'other_key';
    },
  );
}

function withoutMatch(entries: readonly Entry[], matches: readonly Match<Case>[]): Entry[] {
  const matched = new Set(matches.map(({ entry }) => entry));
  return entries.filter((entry) => !matched.has(entry));
}

/** Only where the ledger was read long enough after the end of a call to know that it is not there. */
async function writeOff({ database, accounts, books, graceMs, knownAt }: Pass): Promise<void> {
  let allKnownAt = Infinity;
  for (const name of accounts.keys()) {
    const at = knownAt(name);
    allKnownAt = Math.min(allKnownAt, at);
    if (!Number.isFinite(at)) continue;
    await books.writeOff(await readUnbilledCalls(database, name, at - GRACES * graceMs));
  }
  if (!Number.isFinite(allKnownAt)) return;
  await books.writeOff(await readUnbilledLost(database, allKnownAt - GRACES * graceMs));
}
