import { Injectable } from '@nestjs/common';
import { Metrics } from '../observability/metrics.ts';
import type { Outcome } from '../observability/request-facts.ts';
import type { PointsByAccount } from '../usage/balance.service.ts';
import type { HistoryRow } from '../usage/history-row.ts';
import { LearnedCostsService } from '../usage/learned-costs.service.ts';
import type { LedgerCall } from '../usage/match-row.ts';
import { PointsHistoryService } from '../usage/points-history.service.ts';
import type { Exchange } from './exchange.ts';
import type { UpstreamCall } from './upstream/upstream-call.ts';

/** Nobody waits for these rows, but estimates learn from them and the balance is corrected. */
const LATE_ROW_MS = 60_000;
/** English text: about four characters a token. */
const CHARACTERS_PER_TOKEN = 4;

type Rows = ReadonlyMap<UpstreamCall, HistoryRow>;

/** Finds out what an answer cost, and books it once, however the request ended. */
@Injectable()
export class SettlementService {
  readonly #priced = new WeakSet<Exchange>();

  constructor(
    private readonly history: PointsHistoryService,
    private readonly costs: LearnedCostsService,
    private readonly metrics: Metrics,
  ) {}

  /** Waits up to `waitMs` for Poe's ledger; what is not found there in time is an estimate. */
  async price(exchange: Exchange, waitMs: number): Promise<void> {
    const rows = new Map<UpstreamCall, HistoryRow>();
    const search = exchange.calls.map(async (call) => {
      const row = isBillable(call) && call.usage && (await this.#find(call, waitMs, true));
      if (row) rows.set(call, row);
    });
    await Promise.all(search);
    this.#book(exchange, rows);
  }

  /** The request is over. Books what `price` had no chance to. */
  settle(exchange: Exchange, outcome: Outcome): void {
    exchange.facts.outcome = outcome;
    if (!this.#priced.has(exchange)) this.#book(exchange, new Map());
  }

  #book(exchange: Exchange, rows: Rows): void {
    this.#priced.add(exchange);
    const { facts, admission, model } = exchange;
    const points = this.#points(exchange, rows);
    facts.points = sumOf(points);
    const missing = exchange.calls.filter((call) => isBillable(call) && !rows.has(call));
    facts.pointsSource = missing.length === 0 && rows.size > 0 ? 'history' : 'estimate';
    admission.hold?.settle(points, missing.length === 0);
    for (const call of exchange.calls) {
      if (isBillable(call) && call.usage) {
        this.costs.learnLength(model, call.usage.completionTokens);
      }
    }
    this.#learn(exchange, rows);
    if (missing.length === 0) this.#count(exchange, 'history');
    else void this.#correct(exchange, rows, missing);
  }

  async #correct(exchange: Exchange, rows: Rows, missing: UpstreamCall[]): Promise<void> {
    const late = new Map<UpstreamCall, HistoryRow>();
    await Promise.all(
      missing.map(async (call) => {
        const row = await this.#find(call, LATE_ROW_MS, false);
        if (row) late.set(call, row);
      }),
    );
    const all = new Map([...rows, ...late]);
    const isComplete = late.size === missing.length;
    const points = this.#points(exchange, all);
    exchange.facts.points = sumOf(points);
    exchange.admission.hold?.settle(points, isComplete);
    this.#learn(exchange, late);
    this.#count(exchange, isComplete ? 'history' : 'estimate');
  }

  #find(call: UpstreamCall, patienceMs: number, urgent: boolean) {
    return this.history.find(toLedgerCall(call), patienceMs, urgent);
  }

  #points({ calls, model, admission }: Exchange, rows: Rows): PointsByAccount {
    const points = new Map<string, number>();
    for (const call of calls.filter(isBillable)) {
      const tokensIn = call.usage?.promptTokens ?? admission.tokensIn;
      const produced = Math.ceil(call.contentLength / CHARACTERS_PER_TOKEN);
      const tokensOut = call.usage?.completionTokens ?? produced;
      const cost = rows.get(call)?.points ?? this.costs.after(model, tokensIn, tokensOut);
      points.set(call.key.account, (points.get(call.key.account) ?? 0) + cost);
    }
    return points;
  }

  #learn({ model }: Exchange, rows: Rows): void {
    for (const [{ usage }, { points }] of rows) {
      if (usage) this.costs.learnCost(model, usage.promptTokens, usage.completionTokens, points);
    }
  }

  #count({ model, facts }: Exchange, source: string): void {
    this.metrics.points.inc({ model: model.name, source }, Math.max(0, facts.points ?? 0));
  }
}

function sumOf(points: PointsByAccount): number {
  return [...points.values()].reduce((sum, one) => sum + one, 0);
}

/** Poe bills no refused call. One whose answer never began may have been billed all the same. */
function isBillable({ status, failedAtOnce }: UpstreamCall): boolean {
  return status === undefined ? !failedAtOnce : status === 200;
}

function toLedgerCall(call: UpstreamCall): LedgerCall {
  const { key, bot, sentAt, clockOffsetMs, usage } = call;
  const respondedAt = call.respondedAt ?? Date.now();
  return {
    key,
    bot,
    sentAt: sentAt + clockOffsetMs,
    respondedAt: respondedAt + clockOffsetMs,
    usage,
  };
}
