/** Which part of a list is wanted, in the order of the list. */
export interface PageRequest {
  readonly limit: number;
  /** The `next` of the part before it; undefined: from the beginning. */
  readonly after: string | undefined;
}

export interface Page<T> {
  readonly data: readonly T[];
  /** What comes `after` this; null: nothing. */
  readonly next: string | null;
}

/** What a row is ordered by: names it, and nothing else does. */
export type Cursor = readonly (string | number)[];

/**
 * The page that `rows` are, one more than were wanted if there are more.
 * @param cursorOf what the list is ordered by
 */
export function toPage<Row, T>(
  rows: readonly Row[],
  limit: number,
  cursorOf: (row: Row) => Cursor,
  view: (row: Row) => T,
): Page<T> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    data: shown.map(view),
    next: last && rows.length > limit ? writeCursor(cursorOf(last)) : null,
  };
}

function writeCursor(cursor: Cursor): string {
  return Buffer.from(JSON.stringify(cursor)).toString('base64url');
}
