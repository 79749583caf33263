import { readInput } from '../keys/read-input.ts';
import { readUsageFilter } from '../ledger/read-usage-filter.ts';
import type { UsageQuery } from '../ledger/read-usage.ts';

const MEMBERS = ['group_by', 'from', 'to', 'team', 'key', 'model'];

/** @throws ApiError 400 */
export function readUsageOptions(options: Readonly<Record<string, string>>): UsageQuery {
  return readInput(options, MEMBERS, readUsageFilter);
}
