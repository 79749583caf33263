import { Injectable } from '@nestjs/common';
import type { Bill } from '../ledger/ledger-entries.ts';
import { RequestsLedger } from '../ledger/requests-ledger.service.ts';
import { Metrics } from '../observability/metrics.ts';
import type { Ended } from '../observability/request-facts.ts';
import type { HistoryRow } from '../usage/history-row.ts';
import { LearnedCostsService } from '../usage/learned-costs.service.ts';
import type { LedgerCall } from '../usage/match-row.ts';
import { PointsHistoryService } from '../usage/points-history.service.ts';
import type { Exchange } from './exchange.ts';
import { toBill } from './to-bill.ts';
import { toCost } from './to-cost.ts';
import { toEnding } from './to-ending.ts';
import type { UpstreamCall } from './upstream/upstream-call.ts';

/** Nobody waits for these rows, but estimates learn from them and the balance is corrected. */
const LATE_ROW_MS = 60_000;
/** English text: about four characters a token. */
const CHARACTERS_PER_TOKEN = 4;

type Rows = ReadonlyMap<UpstreamCall, HistoryRow>;
type Costs = ReadonlyMap<UpstreamCall, number>;

/** Finds out what an answer cost, and books it once, however the request ended. */
@Injectable()
export class SettlementService {
  /** Booked, or about to be: a client may leave while its answer is being priced. */
  readonly #priced = new WeakSet<Exchange>();
  readonly #bills = new WeakMap<Exchange, Bill>();

  constructor(
    private readonly history: PointsHistoryService,
    private readonly costs: LearnedCostsService,
    private readonly metrics: Metrics,
    private readonly ledger: RequestsLedger,
  ) {}

  /** Waits up to `waitMs` for Poe's ledger; what is not found there in time is an estimate. */
  async price(exchange: Exchange, waitMs: number): Promise<void> {
    this.#priced.add(exchange);
    if (waitMs <= 0) {
      this.#book(exchange, new Map());
      return;
    }
    const withUsage = exchange.calls.filter((call) => isBillable(call) && call.usage);
    this.#book(exchange, await this.#find(exchange, withUsage, waitMs, true));
  }

  /**
   * The request is over, or will be with its call, which goes on without its client. Books what
   * `price` had no chance to, and closes its row.
   */
  settle(exchange: Exchange, ended: Ended, httpStatus: number): void {
    const { facts } = exchange;
    facts.outcome = ended;
    if (!facts.draining) this.#end(exchange, ended, httpStatus);
    else {
      void facts.draining.then(() => {
        this.#end(exchange, ended, httpStatus);
      });
    }
  }

  #end(exchange: Exchange, ended: Ended, httpStatus: number): void {
    if (!this.#priced.has(exchange)) {
      this.#priced.add(exchange);
      this.#book(exchange, new Map());
    }
    // While it is being priced nobody knows more than the estimate, which will be corrected.
    const bill = this.#bills.get(exchange) ?? this.#estimatedBill(exchange);
    const { budgetHold } = exchange.admission;
    if (budgetHold?.isOver === false) {
      const { points, detail } = toCost(bill);
      budgetHold.settle(points, detail);
    }
    this.ledger.close(exchange.ledgerId, toEnding(exchange, ended, httpStatus), bill);
  }

  #book(exchange: Exchange, rows: Rows): void {
    const calls = exchange.calls.filter(isBillable);
    const { keyId } = exchange.admission.caller;
    const missing = calls.filter((call) => !rows.has(call));
    const costs = this.#settle(exchange, rows, 'estimate');
    this.#learn(rows);
    exchange.facts.pointsSource = missing.length === 0 && rows.size > 0 ? 'history' : 'estimate';
    for (const { model, usage } of calls) {
      if (!usage) continue;
      this.costs.learnLength(model, usage.completionTokens, keyId);
      this.metrics.genAi.countTokens(exchange.asked.name, model.name, usage);
    }
    if (missing.length === 0) this.#count(exchange, costs, rows);
    else void this.#correct(exchange, rows, missing);
  }

  async #correct(exchange: Exchange, rows: Rows, missing: UpstreamCall[]): Promise<void> {
    const late = await this.#find(exchange, missing, LATE_ROW_MS, false);
    this.#learn(late);
    const all = new Map([...rows, ...late]);
    this.#count(exchange, this.#settle(exchange, all, 'unmatched'), all);
  }

  async #find(
    { facts }: Exchange,
    calls: readonly UpstreamCall[],
    waitMs: number,
    urgent: boolean,
  ): Promise<Rows> {
    const span = facts.trace?.start('match', { 'poe_proxy.calls': calls.length });
    const rows = new Map<UpstreamCall, HistoryRow>();
    const search = calls.map(async (call) => {
      const row = await this.history.find(toLedgerCall(call), waitMs, urgent);
      if (row) rows.set(call, row);
    });
    await Promise.all(search);
    span?.end({ 'poe_proxy.rows': rows.size });
    return rows;
  }

  /** May be done again when more rows are known. */
  #settle(exchange: Exchange, rows: Rows, rest: 'estimate' | 'unmatched'): Costs {
    const { admission, facts } = exchange;
    const costs = this.#costsOf(exchange, rows);
    const byAccount = new Map<string, number>();
    let sum = 0;
    for (const [{ key }, cost] of costs) {
      byAccount.set(key.account, (byAccount.get(key.account) ?? 0) + cost);
      sum += cost;
    }
    facts.points = sum;
    admission.hold?.settle(byAccount, costs.size === rows.size);
    const bill = toBill(exchange, costs, rows, rest);
    this.#bills.set(exchange, bill);
    const { points, detail } = toCost(bill);
    admission.budgetHold?.correct(points, detail);
    this.ledger.correct(exchange.ledgerId, bill);
    return costs;
  }

  #costsOf({ calls, admission }: Exchange, rows: Rows): Costs {
    const price = (call: UpstreamCall) =>
      rows.get(call)?.points ?? this.#estimate(call, admission.tokensIn);
    return new Map(calls.filter(isBillable).map((call) => [call, price(call)]));
  }

  #estimatedBill(exchange: Exchange): Bill {
    const none = new Map<UpstreamCall, HistoryRow>();
    return toBill(exchange, this.#costsOf(exchange, none), none, 'estimate');
  }

  #learn(rows: Rows): void {
    for (const [{ model, usage }, { points }] of rows) {
      if (usage) this.costs.learnCost(model, usage.promptTokens, usage.completionTokens, points);
    }
  }

  #estimate({ model, usage, contentLength }: UpstreamCall, tokensIn: number): number {
    const produced = Math.ceil(contentLength / CHARACTERS_PER_TOKEN);
    return this.costs.after(
      model,
      usage?.promptTokens ?? tokensIn,
      usage?.completionTokens ?? produced,
    );
  }

  #count({ admission }: Exchange, costs: Costs, rows: Rows): void {
    const team = admission.caller.teamName;
    for (const [call, points] of costs) {
      const source = rows.has(call) ? 'history' : 'estimate';
      this.metrics.points.inc({ model: call.model.name, team, source }, Math.max(0, points));
    }
  }
}

/** Poe bills no refused call. One whose answer never began may have been billed all the same. */
function isBillable({ status, failedAtOnce }: UpstreamCall): boolean {
  return status === undefined ? !failedAtOnce : status === 200;
}

function toLedgerCall(call: UpstreamCall): LedgerCall {
  const { key, model, sentAt, clockOffsetMs, usage } = call;
  const respondedAt = call.respondedAt ?? Date.now();
  return {
    key,
    bot: model.name,
    sentAt: sentAt + clockOffsetMs,
    respondedAt: respondedAt + clockOffsetMs,
    usage,
    soughtSince: (call.soughtSince ??= performance.now()),
  };
}
