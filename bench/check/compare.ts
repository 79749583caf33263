import { spreadOf, type Spread } from '../statistics.ts';

/** A ratio that was measured before; the lower the better. */
export interface Expected {
  readonly ratio: number;
  /** So much more, as a part of it, is still the same. */
  readonly margin: number;
}

export interface Comparison {
  readonly verdict: 'ok' | 'worse' | 'too noisy to tell';
  /** The worst ratio that is still the same. */
  readonly limit: number;
  readonly measured?: Spread;
}

const FEWEST_ROUNDS = 2;

/**
 * Worse is what is beyond the limit in the middle and in every single round: if only one round is
 * within it, the rounds differ by too much to tell; so do fewer than two.
 */
export function compare(rounds: readonly number[], { ratio, margin }: Expected): Comparison {
  const limit = ratio * (1 + margin);
  if (rounds.length < FEWEST_ROUNDS) return { verdict: 'too noisy to tell', limit };
  const measured = spreadOf(rounds);
  if (measured.median <= limit) return { verdict: 'ok', limit, measured };
  return { verdict: measured.min > limit ? 'worse' : 'too noisy to tell', limit, measured };
}
