import type { Page } from '../store/page.ts';

/** A list as OpenAI's API has it; `next` is to be sent as `after` for what follows. */
export interface List<T> {
  readonly object: 'list';
  readonly data: readonly T[];
  readonly has_more: boolean;
  readonly next: string | null;
}

export function toList<Row, T>({ data, next }: Page<Row>, view: (row: Row) => T): List<T> {
  return { object: 'list', data: data.map(view), has_more: next !== null, next };
}
