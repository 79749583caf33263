import { expect } from 'vitest';
import { ApiError } from '../errors/api-error.ts';
import { budgetsFor, STREAMS, type Step } from './budget-steps.fixture.ts';
import { BudgetsReference, type Member, type Request } from './budgets-reference.fixture.ts';
import { isMeant, type MemoryLedger, type Row } from './memory-ledger.fixture.ts';

/** Far ahead of every clock, so that no store finds a window to be over. */
const NOON = Date.UTC(2090, 4, 17, 12);
/** Of a request that ends with the run. */
const LAST_COST = 7;

/** What is tried out: as many processes as it has members. */
export interface Deployment {
  readonly members: Member[];
  readonly ledger: MemoryLedger;
  /** Kills the process and puts a new one in its place. */
  readonly restart: (index: number) => Promise<void>;
  /** Its lease runs out while it lives. */
  readonly pause?: (index: number) => Promise<void>;
  /** The store comes back empty. */
  readonly loseData?: () => Promise<void>;
}

type Does<Name extends Step['does']> = Extract<Step, { does: Name }>;

/** Does the steps, and compares what becomes of each with what simple sums say. */
export class BudgetsModel {
  readonly #deployment: Deployment;
  readonly #reference: BudgetsReference;
  #now = NOON;

  constructor(deployment: Deployment) {
    this.#deployment = deployment;
    this.#reference = new BudgetsReference(deployment.ledger);
  }

  async run(steps: readonly Step[]): Promise<void> {
    for (const step of steps) await this.#do(step);
    for (const request of this.#living) if (request.held > 0) this.#settle(request, LAST_COST);
    for (const member of this.#deployment.members) await this.#speak(member);
    for (const member of this.#deployment.members) await this.#expectStanding(member);
  }

  async #do(step: Step): Promise<void> {
    const { members } = this.#deployment;
    if (step.does === 'wait') this.#now += step.ms;
    else if (step.does === 'loseData') {
      for (const member of members) this.#reference.absent.add(member);
      await this.#deployment.loseData?.();
    } else if ('member' in step) {
      const index = step.member % members.length;
      const member = members[index];
      if (member) await this.#doAs(member, index, step);
    } else {
      const request = this.#living[step.which % Math.max(1, this.#living.length)];
      if (!request) return;
      if (step.does === 'move') await this.#move(request, step);
      else this.#end(request, step);
      await this.#speak(request.member);
    }
  }

  async #doAs(member: Member, index: number, step: Extract<Step, { member: number }>) {
    if (step.does === 'admit') await this.#admit(member, step);
    else if (step.does === 'reconcile') this.#reconcile(member, step);
    else if (step.does === 'pause') {
      this.#reference.absent.add(member);
      await this.#deployment.pause?.(index);
      return;
    } else {
      const own = this.#reference.requests.filter((request) => request.member === member);
      for (const request of own) request.held = 0;
      await this.#deployment.restart(index);
      return;
    }
    await this.#speak(member);
  }

  async #admit(member: Member, { key, model, points, isStream }: Does<'admit'>): Promise<void> {
    const { absent, requests } = this.#reference;
    const openedAt = this.#now;
    const spender = { teamId: 't', keyId: `k${key}`, model };
    const held = Math.max(1, points);
    // What it holds itself is known again before anything else is decided.
    absent.delete(member);
    const full = this.#reference.full(spender, held, openedAt);
    const isBusy = isStream && this.#reference.streams(spender.keyId) >= STREAMS;
    const limits = { maxStreams: STREAMS };
    const outcome = await attempt(() =>
      member.budgets.admit({ spender, limits, points, tokens: 0, isStream, openedAt }),
    );
    if (outcome instanceof ApiError) {
      expect(outcome.status).toBe(full ? 402 : isBusy ? 429 : 'admitted');
      if (full) expect(outcome.message).toContain(`${full.scope} "${full.subject}"`);
      return;
    }
    expect([full, isBusy]).toEqual([undefined, false]);
    const row: Row = { instance: member.id, openedAt, spender, cost: undefined };
    this.#deployment.ledger.rows.push(row);
    requests.push({ member, hold: outcome, row, isStream, held });
  }

  async #move(request: Request, { model, points }: Does<'move'>): Promise<void> {
    const { row, hold, held: before, member } = request;
    const held = Math.max(1, points);
    const spender = { ...row.spender, model };
    this.#reference.absent.delete(member);
    request.held = 0;
    // Where as much is held already nothing is asked.
    const full =
      before > 0 &&
      budgetsFor(spender)
        .filter((budget) => held > before || !isMeant(budget, row.spender))
        .some((budget) => !this.#reference.fits(budget, held, row.openedAt));
    const outcome = await attempt(() => hold.moveTo(model, points));
    expect(outcome instanceof ApiError ? outcome.status : 'moved').toBe(full ? 402 : 'moved');
    const hasMoved = before > 0 && !full;
    request.held = hasMoved ? held : before;
    if (hasMoved) row.spender = spender;
  }

  #end(request: Request, step: Does<'settle' | 'correct' | 'release'>): void {
    const { hold, row } = request;
    if (step.does === 'settle') this.#settle(request, step.cost);
    else if (step.does === 'release') {
      hold.release();
      if (request.held > 0) row.cost = 0;
      request.held = 0;
      // After that its hold does not know the figure that is on the ledger.
    } else if (!row.isReconciled) {
      hold.correct(step.cost);
      row.cost = step.cost;
      request.held = 0;
    }
  }

  #settle(request: Request, cost: number): void {
    request.hold.settle(cost);
    if (request.held > 0) request.row.cost = cost;
    request.held = 0;
  }

  #reconcile(by: Member, { which, cost }: Does<'reconcile'>): void {
    const row = this.#deployment.ledger.rows.filter((one) => one.cost !== undefined)[which];
    if (!row) return;
    const delta = cost - (row.cost ?? 0);
    row.cost = cost;
    row.isReconciled = true;
    by.budgets.correct(row.spender, row.openedAt, delta, this.#now);
  }

  /** Whatever the store thought of the process, it knows better now. */
  async #speak(member: Member): Promise<void> {
    await member.tell();
    this.#reference.absent.delete(member);
  }

  /** Asked again, it has the figures of all, whatever it had heard of before. */
  async #expectStanding(member: Member): Promise<void> {
    for (const model of ['m0', 'm1']) {
      const spender = { teamId: 't', keyId: 'k0', model };
      const wish = { spender, limits: {}, points: 1, tokens: 0, isStream: false };
      const outcome = await attempt(() => member.budgets.admit({ ...wish, openedAt: this.#now }));
      if (!(outcome instanceof ApiError)) outcome.release();
      await member.tell();
      const standing = member.budgets.standing(spender, this.#now);
      expect(standing.map(({ spent }) => spent)).toEqual(
        budgetsFor(spender).map((budget) => this.#reference.spent(budget, this.#now)),
      );
    }
  }

  /** Those of living processes, over or not. */
  get #living(): Request[] {
    const { members } = this.#deployment;
    return this.#reference.requests.filter(({ member }) => members.includes(member));
  }
}

export async function attempt<T>(action: () => T | Promise<T>): Promise<T | ApiError> {
  try {
    return await action();
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
}
