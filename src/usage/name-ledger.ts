import type { SpendingConfig } from '../config/config.ts';
import type { PoeAccount, PoeAccounts } from '../poe/poe-accounts.ts';
import { LedgerNames } from './ledger-names.ts';

/** How the account's ledger calls our keys, as far as the configuration knows. */
export function nameLedger(
  { keys }: PoeAccount,
  { all }: PoeAccounts,
  { poeApiKeyName }: SpendingConfig,
): LedgerNames {
  const areSeveral = all.flatMap((account) => account.keys).length > 1;
  const names = new LedgerNames(areSeveral ? keys : []);
  // Of several keys none can be meant: the configuration refuses that.
  names.learn(keys[0], poeApiKeyName);
  return names;
}
