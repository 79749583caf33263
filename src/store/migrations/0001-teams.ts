/**
 * Keys, budgets and the ledger; see schema.ts for meanings. `bigint` is a whole number to SQLite as
 * well. Rows of the ledger refer to nothing: keys may come from a file, and deleting one must not
 * touch what it has spent.
 */
export const teams = `
create table teams (
  id text not null primary key,
  name text not null unique,
  poe_account text,
  created_at bigint not null
);

create table keys (
  id text not null primary key,
  team_id text not null references teams (id),
  name text not null,
  digest text not null,
  previous_digest text,
  previous_until bigint,
  models text not null,
  expires_at bigint,
  enabled bigint not null,
  footer text,
  heartbeat text,
  requests_per_minute bigint,
  tokens_per_minute bigint,
  max_streams bigint,
  created_at bigint not null,
  updated_at bigint not null,
  deleted_at bigint
);
create index keys_by_team on keys (team_id);

create table budgets (
  id text not null primary key,
  scope text not null,
  subject text not null,
  period text not null,
  points bigint not null,
  created_at bigint not null,
  updated_at bigint not null,
  unique (scope, subject, period)
);

create table revisions (
  name text not null primary key,
  number bigint not null
);
insert into revisions (name, number) values ('keys', 0);

create table requests (
  id text not null primary key,
  instance text not null,
  opened_at bigint not null,
  closed_at bigint,
  key_id text not null,
  key_name text not null,
  team_id text not null,
  team_name text not null,
  model text not null,
  model_used text,
  stream bigint not null,
  status text not null,
  http_status bigint,
  tokens_in bigint,
  tokens_cached bigint,
  tokens_out bigint,
  tokens_reasoning bigint,
  held bigint not null,
  points bigint not null,
  grade text not null,
  query_id text,
  attempts bigint not null,
  first_token_ms bigint,
  duration_ms bigint
);
create index requests_by_time on requests (opened_at);
create index requests_by_team on requests (team_id, opened_at);
create index requests_by_key on requests (key_id, opened_at);
create index requests_by_model on requests (model_used, opened_at);
create index requests_open on requests (opened_at) where status = 'open';

create table calls (
  id text not null primary key,
  request_id text not null,
  account text not null,
  key_name text,
  bot text not null,
  sent_at bigint not null,
  responded_at bigint,
  tokens_in bigint,
  tokens_out bigint,
  tokens_reasoning bigint,
  points bigint not null,
  grade text not null,
  query_id text unique
);
create index calls_by_request on calls (request_id);
create index calls_by_bot on calls (bot, sent_at);

create table poe_entries (
  query_id text not null,
  account text not null,
  key_name text,
  bot text not null,
  created_at bigint not null,
  usage_type text,
  points bigint not null,
  tokens_in bigint,
  tokens_cached bigint,
  tokens_out bigint,
  first_seen_at bigint not null,
  updated_at bigint not null,
  call_id text unique,
  kind text not null,
  primary key (query_id, account)
);
create index poe_entries_by_time on poe_entries (created_at);

create table balances (
  account text not null,
  read_at bigint not null,
  points bigint not null,
  primary key (account, read_at)
);

create table audit (
  id text not null primary key,
  at bigint not null,
  actor text not null,
  action text not null,
  subject text not null,
  before text,
  after text
);
create index audit_by_time on audit (at);

create table leases (
  name text not null primary key,
  holder text not null,
  expires_at bigint not null
);

create table thresholds (
  budget_id text not null,
  window_start bigint not null,
  percent bigint not null,
  primary key (budget_id, window_start, percent)
)`;
