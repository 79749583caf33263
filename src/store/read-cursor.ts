import { catalogue } from '../errors/catalogue.ts';
import type { Cursor, PageRequest } from './page.ts';

/**
 * What the last row before the wanted page was ordered by, or undefined for the first page.
 * @param form the kinds of the members of a cursor of this list
 * @throws ApiError 400 for what is no `next` of such a list
 */
export function readCursor(
  { after }: PageRequest,
  ...form: readonly ('string' | 'number')[]
): Cursor | undefined {
  if (after === undefined) return undefined;
  const cursor = parse(after);
  const isCursor =
    Array.isArray(cursor) &&
    cursor.length === form.length &&
    cursor.every((member, index) => typeof member === form[index] && isStorable(member));
  if (isCursor) return cursor as Cursor;
  throw catalogue.invalidRequest(
    'after must be what the page before it, of the same list, had in "next"',
    'after',
  );
}

/** PostgreSQL takes neither fractions for whole numbers nor texts with a NUL. */
function isStorable(member: unknown): boolean {
  return typeof member === 'string' ? !member.includes('\0') : Number.isSafeInteger(member);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString());
  } catch {
    return undefined;
  }
}
