import { Gauge, type Registry } from 'prom-client';

/** A part of a budget that is spent. */
interface BudgetUse {
  readonly scope: string;
  readonly subject: string;
  readonly period: string;
  readonly ratio: number;
}

/** How things stand. All of it is asked for whenever the metrics are read, and must be cheap. */
export interface States {
  turns(): { readonly waiting: number; readonly keysSetAside: number };
  /** Rows that wait to be written; `oldestMs` is how long the first has been waiting. */
  writes(): { readonly waiting: number; readonly oldestMs: number };
  /** Points left by account of Poe, of those that were read. */
  balances(): Iterable<readonly [account: string, points: number]>;
  budgets(): Iterable<BudgetUse>;
  /** Undefined: there is none. */
  database(): { readonly kind: string; readonly isUp: boolean } | undefined;
  /** Undefined: there is none. */
  redis(): { readonly isUp: boolean } | undefined;
}

type Sample = readonly [labels: Record<string, string>, value: number];

/** Gauges that are read and not kept: what is not there any more is not shown any more either. */
export function addStateGauges(registry: Registry, states: States): void {
  const add = (
    name: string,
    help: string,
    labelNames: string[],
    read: () => Iterable<Sample>,
  ): void => {
    new Gauge({
      name,
      help,
      labelNames,
      registers: [registry],
      collect() {
        // A gauge without labels would be left at 0.
        this.reset();
        this.remove({});
        for (const [labels, value] of read()) this.set(labels, value);
      },
    });
  };

  add('poe_proxy_queue_waiting', 'Calls that wait for their turn to call Poe', [], () => [
    [{}, states.turns().waiting],
  ]);
  add('poe_proxy_poe_keys_set_aside', 'Keys that Poe refused and that rest', [], () => [
    [{}, states.turns().keysSetAside],
  ]);
  add('poe_proxy_database_waiting', 'Rows that wait to be written', [], () => [
    [{}, states.writes().waiting],
  ]);
  add('poe_proxy_database_oldest_seconds', 'How long the oldest of them waits', [], () => [
    [{}, states.writes().oldestMs / 1000],
  ]);
  add(
    'poe_proxy_database_up',
    'Whether the database answers: 1, or 0 from its first failure on',
    ['kind'],
    () => {
      const found = states.database();
      return found ? [[{ kind: found.kind }, Number(found.isUp)]] : [];
    },
  );
  add(
    'poe_proxy_redis_up',
    'Whether Redis is relied on: 1, or 0 from its first failure or late answer on',
    [],
    () => {
      const found = states.redis();
      return found ? [[{}, Number(found.isUp)]] : [];
    },
  );
  add(
    'poe_proxy_balance_points',
    'Points left, as last read less what was spent since, by account of Poe',
    ['account'],
    () => Array.from(states.balances(), ([account, points]) => [{ account }, points]),
  );
  add(
    'poe_proxy_budget_used_ratio',
    'Part of a budget that is spent in its current window, once it was asked for',
    ['scope', 'subject', 'period'],
    () => Array.from(states.budgets(), ({ ratio, ...labels }) => [labels, ratio]),
  );
}
