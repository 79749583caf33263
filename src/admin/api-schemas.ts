import {
  FLAG,
  literal,
  listOf,
  object,
  oneOf,
  orNull,
  TEXT,
  TIME,
  told,
  WHOLE,
  type Schema,
} from '../openapi/schema.ts';
import { DATE, GRADE, POSITIVE, STATUS } from './query-schemas.ts';

const COUNT: Schema = { ...WHOLE, minimum: 0 };
const PERIOD = oneOf('day', 'week', 'month');

/** What a key may be told; in a reply all of it is there. */
const KEY_SETTINGS = {
  name: TEXT,
  team: told('default: the team "default"', TEXT),
  models: told('patterns over registry names, case aside', listOf(TEXT)),
  expires: orNull(DATE),
  enabled: FLAG,
  footer: orNull(oneOf('on', 'off')),
  heartbeat: orNull(oneOf('comment', 'chunk', 'off')),
  requests_per_minute: orNull(POSITIVE),
  tokens_per_minute: orNull(POSITIVE),
  max_streams: orNull(POSITIVE),
};
const { name: KEY_NAME, ...KEY_OPTIONS } = KEY_SETTINGS;

const key = {
  object: literal('key'),
  id: told('stands between "sk-poe-" and the secret', TEXT),
  ...KEY_SETTINGS,
  expires: orNull(TIME),
  previous_until: told('until then the secret before is good as well', orNull(TIME)),
  created_at: TIME,
  updated_at: TIME,
};

export const KEY = object('Key', key);
export const KEY_WITH_VALUE = object('KeyWithValue', {
  ...key,
  value: told('the whole key: it is never shown again', TEXT),
});
export const NEW_KEY = object('NewKey', { name: KEY_NAME }, KEY_OPTIONS);
export const KEY_CHANGES = object('KeyChanges', {}, KEY_SETTINGS);
export const ROTATION = object('Rotation', {}, { grace_seconds: COUNT });

export const TEAM = object('Team', {
  object: literal('team'),
  id: TEXT,
  name: TEXT,
  poe_account: orNull(TEXT),
  created_at: TIME,
});
export const NEW_TEAM = object('NewTeam', { name: TEXT }, { poe_account: orNull(TEXT) });
export const TEAM_CHANGES = object('TeamChanges', {}, { poe_account: orNull(TEXT) });

const SCOPE = oneOf('team', 'key', 'model');
export const BUDGET = object('Budget', {
  object: literal('budget'),
  id: TEXT,
  scope: SCOPE,
  subject: told('name of the team, id of the key, or name of the model', TEXT),
  period: PERIOD,
  points: COUNT,
});
export const NEW_BUDGET = object(
  'NewBudget',
  { period: PERIOD, points: COUNT },
  { team: TEXT, key: told('its id', TEXT), model: TEXT },
);
export const BUDGET_CHANGES = object('BudgetChanges', { points: COUNT });
export const HOLD = object('Hold', {
  object: literal('hold'),
  id: told('of the budget', TEXT),
  scope: SCOPE,
  subject: TEXT,
  period: PERIOD,
  points: told('the limit', COUNT),
  spent: WHOLE,
  held: told('for requests that are under way, over all instances', COUNT),
  remaining: COUNT,
  resets_at: TIME,
});

const SUMS = {
  num_model_requests: COUNT,
  input_tokens: COUNT,
  output_tokens: COUNT,
  points: COUNT,
  estimated_points: told('the part that no entry of Poe confirms yet', COUNT),
};
export const USAGE = object(
  'Usage',
  { object: literal('usage'), ...SUMS },
  {
    date: told('if grouped by day: in UTC', { ...TEXT, format: 'date' }),
    team: TEXT,
    key: TEXT,
    key_name: TEXT,
    model: TEXT,
  },
);
export const REQUEST = object('Request', {
  object: literal('request'),
  id: TEXT,
  opened_at: TIME,
  closed_at: orNull(TIME),
  team: TEXT,
  key: TEXT,
  key_name: TEXT,
  model: told('as it was asked for', TEXT),
  model_used: orNull(TEXT),
  stream: FLAG,
  status: STATUS,
  http_status: orNull(WHOLE),
  input_tokens: orNull(COUNT),
  input_cached_tokens: orNull(COUNT),
  output_tokens: orNull(COUNT),
  reasoning_tokens: orNull(COUNT),
  points: COUNT,
  grade: told('how sure the points are, surest first', GRADE),
  query_id: orNull(TEXT),
  attempts: COUNT,
  first_token_ms: orNull(COUNT),
  duration_ms: orNull(COUNT),
});
export const CHANGE = object('Change', {
  object: literal('change'),
  id: TEXT,
  at: TIME,
  actor: TEXT,
  action: { ...TEXT, example: 'key.rotate' },
  subject: told('id of the team, key or budget', TEXT),
  before: orNull({ type: 'object' }),
  after: orNull({ type: 'object' }),
});

export const RECONCILED_DAY = object('ReconciledDay', {
  object: literal('reconciled_day'),
  date: { ...TEXT, format: 'date' },
  account: told('null: of processes that died, nobody knows which', orNull(TEXT)),
  billed: told('points on Poe’s ledger', WHOLE),
  booked: told('the part of it that is on ours', WHOLE),
  external: told('the part of it that others used', WHOLE),
  unmatched: told('on ours and not on Poe’s', WHOLE),
  pending: told('on Poe’s, and not decided yet whose it is', WHOLE),
  difference: told('billed less booked, external and unmatched', WHOLE),
});
export const UNSETTLED_ROW = object('UnsettledRow', {
  object: literal('unsettled_row'),
  at: TIME,
  id: TEXT,
  account: orNull(TEXT),
  bot: TEXT,
  key_name: orNull(TEXT),
  query_id: orNull(TEXT),
  call_id: orNull(TEXT),
  request_id: orNull(TEXT),
  billed: orNull(WHOLE),
  booked: orNull(WHOLE),
  grade: orNull(GRADE),
  reason: orNull(TEXT),
});
export const BALANCE = object('Balance', {
  object: literal('balance'),
  account: TEXT,
  read_at: TIME,
  points: WHOLE,
});

export function listReply(item: Schema): Record<'application/json', Schema> {
  const list = object(`${item.title ?? ''}List`, {
    object: literal('list'),
    data: listOf(item),
    has_more: FLAG,
    next: told('send it as "after"', orNull(TEXT)),
  });
  return { 'application/json': list };
}

/** The same as CSV. */
export function tableReply(item: Schema): Record<'application/json' | 'text/csv', Schema> {
  return { ...listReply(item), 'text/csv': TEXT };
}

export function deletedReply(kind: string): Record<'application/json', Schema> {
  const reply = { object: literal(kind), id: TEXT, deleted: literal(true) };
  return { 'application/json': object(`Deleted${kind}`, reply) };
}
