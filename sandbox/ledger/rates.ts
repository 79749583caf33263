/** USD per million tokens, in full precision: the catalogue rounds to about two digits. */
export interface TokenRates {
  readonly kind: 'tokens';
  readonly input: number;
  readonly output: number;
  readonly cacheRead?: number;
  readonly cacheWrite?: number;
}

export interface MessageRates {
  readonly kind: 'message';
  readonly points: number;
  /** Name of the breakdown's line; without it the breakdown has only `Total`. */
  readonly line?: string;
}

export type Rates = TokenRates | MessageRates;
