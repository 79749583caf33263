import type { Price } from '../models/registered-model.ts';

/**
 * Points of a message by models.yaml, each line rounded up as Poe's bill does.
 * An estimate: the catalogue's prices are rounded to two digits.
 */
export function estimatePoints(price: Price, tokensIn: number, tokensOut: number): number {
  return (
    price.perMessage +
    Math.ceil((tokensIn * price.per1kIn) / 1000) +
    Math.ceil((tokensOut * price.per1kOut) / 1000)
  );
}
