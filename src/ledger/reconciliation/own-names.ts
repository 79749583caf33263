import type { PoeKey } from '../../config/config.ts';
import type { PoeAccount } from '../../poe/poe-accounts.ts';
import type { Database } from '../../store/database.ts';
import type { LedgerNames } from '../../usage/ledger-names.ts';

/** One of Poe's accounts, and how its ledger calls our keys. */
export interface NamedAccount {
  readonly account: PoeAccount;
  readonly names: LedgerNames;
}

/** Whether the account's ledger is known to call one of our keys so. */
export function isOwnName({ account, names }: NamedAccount, name: string | null): boolean {
  return name !== null && account.keys.some((key) => names.of(key) === name);
}

export function keyNamed({ account }: NamedAccount, name: string | null): PoeKey | undefined {
  return account.keys.find((key) => key.name === name);
}

/** What was learned before this process came: of an account with one key every match names it. */
export async function recallName(
  { reports }: Database,
  { account, names }: NamedAccount,
): Promise<void> {
  const [key, ...others] = account.keys;
  if (others.length > 0 || names.of(key) !== undefined) return;
  const row = await reports
    .selectFrom('poe_entries')
    .innerJoin('calls', 'calls.id', 'poe_entries.call_id')
    .select('poe_entries.key_name')
    .where('poe_entries.kind', '=', 'matched')
    .where('poe_entries.account', '=', account.name)
    .where('calls.grade', '=', 'exact')
    .where('calls.tokens_in', 'is not', null)
    .orderBy('poe_entries.first_seen_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  names.learn(key, row?.key_name ?? undefined);
}
