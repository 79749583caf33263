import type { ModelRegistry } from '../models/model-registry.ts';
import type { RegisteredModel } from '../models/registered-model.ts';
import { estimatePoints } from './estimate-points.ts';
import { writePoints } from './write-points.ts';

export interface Offer {
  readonly name: string;
  /** What a message of the same size would cost there. */
  readonly points: number;
}

const MOST_OFFERS = 3;

/**
 * Up to three models of the same modality that would do a message of this size for under
 * `points`: of those under `limit` the dearest, being the most alike, else the cheapest there are.
 */
export function cheaperModels(
  registry: ModelRegistry,
  model: RegisteredModel,
  size: { tokensIn: number; tokensOut: number },
  points: number,
  limit: number,
  mayOffer: (name: string) => boolean = () => true,
): Offer[] {
  const offers = registry
    .ofModality(model.modality)
    .filter((other) => (other.contextCap ?? Infinity) >= size.tokensIn && other !== model)
    .flatMap((other): Offer[] =>
      other.price
        ? [{ name: other.name, points: estimatePoints(other.price, size.tokensIn, size.tokensOut) }]
        : [],
    )
    .filter((offer) => offer.points < points && mayOffer(offer.name))
    .sort((a, b) => a.points - b.points);
  const withinLimit = offers.filter((offer) => offer.points <= limit);
  return withinLimit.length > 0 ? withinLimit.slice(-MOST_OFFERS) : offers.slice(0, MOST_OFFERS);
}

/** The sentence that goes behind a complaint about a price; nothing where there is nothing cheaper. */
export function adviseCheaper(offers: readonly Offer[]): string {
  if (offers.length === 0) return '';
  const list = offers.map(({ name, points }) => `${name} (${writePoints(points)})`);
  return ` Cheaper for this size: ${list.join(', ')}.`;
}
