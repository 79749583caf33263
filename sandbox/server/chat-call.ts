import type { Bot } from '../bots/bot.ts';
import { bookCall } from '../ledger/book-call.ts';
import type { SandboxKey } from '../sandbox-options.ts';
import type { PickedScenario } from '../scenarios/scenario-picker.ts';
import type { Plan } from '../wire/plan.ts';
import type { PlayListener } from '../wire/play.ts';
import type { JournalEntry } from './journal.ts';
import type { SandboxState } from './sandbox-state.ts';

/** What is known of a call's price before its answer begins. */
export interface Quote {
  readonly bot: Bot;
  readonly key: SandboxKey;
  readonly promptTokens: number;
  readonly cachedTokens: number;
  /** Of the whole answer, reasoning included. */
  readonly outputTokens: number;
  readonly picked: PickedScenario;
}

/** A chat call while it lasts: keeps its journal entry and bills it, once at most. */
export class ChatCall implements PlayListener {
  readonly number: number;
  readonly entry: JournalEntry;
  quote: Quote | undefined;
  readonly #state: SandboxState;
  readonly #arrivedAt: number;
  readonly #generation: number;
  #outputTokens = 0;
  #partialBill: Plan['partialBill'] = 'nothing';

  constructor(state: SandboxState, entry: JournalEntry) {
    this.#state = state;
    this.entry = entry;
    this.number = state.nextNumber();
    this.#generation = state.generation;
    this.#arrivedAt = entry.receivedAt + state.options.clockSkewMs;
    state.openCalls.add(entry);
  }

  begin(plan: Plan): void {
    this.#partialBill = plan.partialBill;
  }

  onHead(status: number): void {
    this.entry.status = status;
  }

  onWritten(frames: number, outputTokens: number): void {
    this.entry.framesSent += frames;
    this.#outputTokens += outputTokens;
  }

  onSettle(): void {
    this.#settle(this.quote?.outputTokens ?? 0);
  }

  onStop(outcome: Plan['outcome']): void {
    this.#close(outcome);
  }

  /** The socket is gone, whoever closed it. */
  onClosed(): void {
    if (this.entry.outcome === 'open') this.#close('aborted');
  }

  #close(outcome: JournalEntry['outcome']): void {
    this.entry.outcome = outcome;
    this.#state.openCalls.delete(this.entry);
    if (this.#state.options.billAborted && outcome !== 'completed') this.#settlePartially();
  }

  #settlePartially(): void {
    const hasBegun = this.entry.status !== undefined;
    if (this.#partialBill === 'whole') this.onSettle();
    if (this.#partialBill === 'produced' && hasBegun) this.#settle(this.#outputTokens);
  }

  #settle(output: number): void {
    const { quote, entry } = this;
    const isStale = this.#generation !== this.#state.generation;
    if (quote === undefined || isStale || entry.queryId !== undefined) return;
    const { scenario, parameters } = quote.picked;
    const { random, options } = this.#state;
    const booking = bookCall(this.#state.accountOf(quote.key).ledger, random, {
      number: this.number,
      botName: quote.bot.name,
      rates: quote.bot.rates,
      tokens: { prompt: quote.promptTokens, output, cacheRead: quote.cachedTokens },
      keyName: quote.key.name,
      arrivedAt: this.#arrivedAt,
      endedAt: this.#state.now(),
      lagRangeMs: options.ledgerLagMs,
      lagMs: parameters.lag,
      zeroMs: parameters.zero,
      knob: parameters.ledger ?? scenario.ledger,
    });
    entry.queryId = booking.queryId;
    entry.points = booking.points;
  }
}
