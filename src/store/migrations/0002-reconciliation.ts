/** See schema.ts for meanings. The indexes are for what one pass of the reconciliation looks for. */
export const reconciliation = `
alter table poe_entries add column reason text;
create index poe_entries_by_kind on poe_entries (kind, first_seen_at);
create index poe_entries_by_change on poe_entries (updated_at);
create index calls_unclaimed on calls (sent_at) where query_id is null;
create index requests_lost on requests (opened_at) where status = 'lost';
create index balances_by_time on balances (read_at);

create table poe_reads (
  account text not null primary key,
  complete_until bigint not null
)`;
