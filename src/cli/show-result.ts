import { isRecord } from '../config/is-record.ts';
import { alignColumns } from '../models/align-columns.ts';

/** A list as a table, an object as lines of its members, or either as JSON. */
export function showResult(result: unknown, asJson: boolean): string {
  if (asJson) return JSON.stringify(result, undefined, 2);
  if (!Array.isArray(result)) return showMembers(result);
  const rows = result.filter(isRecord);
  const [first] = rows;
  if (!first) return 'None.';
  const columns = Object.keys(first).filter((name) => name !== 'object');
  return alignColumns([columns, ...rows.map((row) => columns.map((name) => showValue(row[name])))]);
}

function showMembers(result: unknown): string {
  if (!isRecord(result)) return String(result);
  const members = Object.entries(result).map(([name, value]) => [`${name}:`, showValue(value)]);
  return alignColumns(members);
}

function showValue(value: unknown): string {
  if (value === null || value === undefined) return '-';
  if (Array.isArray(value)) return value.map(showValue).join(',');
  return typeof value === 'string' ? value : JSON.stringify(value);
}
