import { Injectable } from '@nestjs/common';
import { ModelsFileService } from '../models/models-file.service.ts';
import type { RegisteredModel } from '../models/registered-model.ts';
import { dearestPrice } from './dearest-price.ts';
import { estimatePoints } from './estimate-points.ts';
import { RecentPairs } from './recent-pairs.ts';

/** Weight of the newest observation: the last ten or so decide. */
const WEIGHT = 0.2;
/** Length of an answer that nothing is known of. */
const FIRST_GUESS_TOKENS = 500;
/** A single odd bill must not make every later estimate absurd. */
const CORRECTION_BOUNDS = [0.1, 10] as const;

interface Observed {
  /** Undefined until an answer ended. */
  outputTokens: number | undefined;
  /** What Poe billed over what models.yaml said. */
  correction: number;
  /** For models without a price in models.yaml. */
  points: number | undefined;
}

/** What the models lately produced and cost; the memory behind estimates. */
@Injectable()
export class LearnedCostsService {
  /** Keyed by registry name, so bounded by models.yaml. */
  readonly #observed = new Map<string, Observed>();
  /** Tokens of answers: what one key asks for may be ten times as long as what another does. */
  readonly #lengths = new RecentPairs();

  constructor(private readonly models: ModelsFileService) {}

  /** Points of a message that is yet to be sent; `mostOut` is the request's own `max_tokens`. */
  before(model: RegisteredModel, tokensIn: number, mostOut = Infinity, keyId?: string): number {
    const tokensOut = Math.min(this.expectedOutput(model, keyId), mostOut);
    return this.after(model, tokensIn, tokensOut);
  }

  /** Tokens that an answer of this model is likely to have, to that key if it is known. */
  expectedOutput(model: RegisteredModel, keyId?: string): number {
    const ofKey = keyId === undefined ? undefined : this.#lengths.get(keyId, model.name);
    const expected = ofKey ?? this.#observed.get(model.name)?.outputTokens ?? FIRST_GUESS_TOKENS;
    return Math.round(expected);
  }

  /** Points of a message whose size is known but whose bill is not. */
  after(model: RegisteredModel, tokensIn: number, tokensOut: number): number {
    const observed = this.#observed.get(model.name);
    if (!model.price) {
      const { registry } = this.models;
      return Math.round(observed?.points ?? dearestPrice(registry, model, tokensIn, tokensOut));
    }
    const listed = estimatePoints(model.price, tokensIn, tokensOut);
    return Math.round(listed * (observed?.correction ?? 1));
  }

  /** An answer ended. */
  learnLength(model: RegisteredModel, tokensOut: number, keyId?: string): void {
    const observed = this.#of(model);
    if (keyId !== undefined) {
      const before = this.#lengths.get(keyId, model.name) ?? observed.outputTokens ?? tokensOut;
      this.#lengths.set(keyId, model.name, blend(before, tokensOut));
    }
    observed.outputTokens = blend(observed.outputTokens ?? tokensOut, tokensOut);
  }

  /** The bill of an answer is known, perhaps long after its end. */
  learnCost(model: RegisteredModel, tokensIn: number, tokensOut: number, points: number): void {
    const observed = this.#of(model);
    observed.points = blend(observed.points ?? points, points);
    const listed = model.price ? estimatePoints(model.price, tokensIn, tokensOut) : 0;
    if (listed <= 0) return;
    const [least, most] = CORRECTION_BOUNDS;
    const ratio = Math.min(most, Math.max(least, points / listed));
    observed.correction = blend(observed.correction, ratio);
  }

  #of(model: RegisteredModel): Observed {
    const known = this.#observed.get(model.name);
    if (known) return known;
    const fresh = { outputTokens: undefined, correction: 1, points: undefined };
    this.#observed.set(model.name, fresh);
    return fresh;
  }
}

function blend(before: number, now: number): number {
  return before * (1 - WEIGHT) + now * WEIGHT;
}
