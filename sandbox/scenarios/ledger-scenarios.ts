import type { Scenario } from './scenario.ts';

/** An ordinary answer whose ledger row is not; also as `ledger=` with any other scenario. */
export const LEDGER_SCENARIOS: readonly Scenario[] = [
  {
    name: 'ledger-missing',
    description: 'Paid, but no row ever shows (`ledger=missing`).',
    ledger: 'missing',
  },
  {
    name: 'ledger-late',
    description: 'Row and payment 5 minutes later, or after `lag=` (`ledger=late`).',
    ledger: 'late',
  },
  {
    name: 'ledger-zero-first',
    description: 'The row reads 0 points for 6 s, or for `zero=` (`ledger=zero-first`).',
    ledger: 'zero-first',
  },
  {
    name: 'ledger-negative',
    description: 'The cost is negative, as of a refund (`ledger=negative`).',
    ledger: 'negative',
  },
  {
    name: 'ledger-duplicate',
    description: 'Two rows that differ in `query_id` only, both paid (`ledger=duplicate`).',
    ledger: 'duplicate',
  },
  {
    name: 'ledger-swapped',
    description: 'The row stands behind those of the 2 s before it (`ledger=swapped`).',
    ledger: 'swapped',
  },
];
