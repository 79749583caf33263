import type { RateLine } from './counters.ts';
import type { Tally } from './tally.ts';

/** Braces keep all of it in one slot of a cluster, or no script could use two of them. */
const PREFIX = 'poe-proxy:{budgets}:';

export const LEASES_KEY = `${PREFIX}leases`;
export const spentKey = ({ name }: Tally) => `${PREFIX}spent:${name}`;
export const heldKey = ({ name }: Tally) => `${PREFIX}held:${name}`;
export const claimsKey = ({ name }: Tally) => `${PREFIX}claims:${name}`;
export const rateKey = ({ kind, keyId }: RateLine) => `${PREFIX}${kind}:${keyId}`;
/** Of a window; where nothing is ever spent the second serves for both. */
export const windowKeys = (tally: Tally): [string, string] => [
  tally.budget ? spentKey(tally) : heldKey(tally),
  heldKey(tally),
];
