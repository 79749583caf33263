import type { ModelRegistry } from '../models/model-registry.ts';
import type { RegisteredModel } from '../models/registered-model.ts';
import { estimatePoints } from './estimate-points.ts';

/**
 * What a message of this size would cost with the dearest model of the same modality, or of the
 * whole registry where that has no price at all: the guess for a model without a price. A guess of
 * nothing would let any number of them pass every limit of spending.
 */
export function dearestPrice(
  registry: ModelRegistry,
  { modality }: RegisteredModel,
  tokensIn: number,
  tokensOut: number,
): number {
  const pointsOf = (models: readonly RegisteredModel[]) =>
    models.flatMap(({ price }) => (price ? [estimatePoints(price, tokensIn, tokensOut)] : []));
  const alike = pointsOf(registry.ofModality(modality));
  return Math.max(0, ...(alike.length > 0 ? alike : pointsOf(registry.models)));
}
