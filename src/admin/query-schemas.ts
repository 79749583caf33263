import { oneOf, TEXT, told, WHOLE, type Schema } from '../openapi/schema.ts';

export const POSITIVE: Schema = { ...WHOLE, minimum: 1 };
export const STATUS = oneOf('open', 'completed', 'failed', 'abandoned', 'lost');
export const GRADE = oneOf('exact', 'equal', 'estimate', 'unmatched');
/** A day, its beginning in UTC, or a time. */
export const DATE = told('a day (its beginning, UTC) or a time', {
  ...TEXT,
  example: '2026-01-31',
});

/** Members of queries: what is in none of these is refused. */
export const PAGING = { limit: POSITIVE, after: told('"next" of the page before', TEXT) };
export const TIMES = { from: told('included', DATE), to: told('not included', DATE) };
export const KIND = { kind: oneOf('external', 'pending', 'unmatched', 'differing') };
export const FORMAT = { format: oneOf('json', 'csv') };
export const OF_ROWS = { team: TEXT, key: told('its id', TEXT), model: TEXT };
export const OF_REQUESTS = { ...OF_ROWS, status: STATUS, grade: GRADE };
export const GROUP_BY = {
  group_by: told('some of day, team, key, model; comma separated', {
    ...TEXT,
    example: 'day,team',
  }),
};
