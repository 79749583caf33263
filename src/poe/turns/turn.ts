import type { PoeKey } from '../../config/config.ts';

/** Who asks: turns are shared among callers first, then among the addresses of one caller. */
export interface Asker {
  readonly caller: string;
  readonly address: string;
}

/** Leave to make one call of Poe with `key`. Whoever got it ends it when the call is over. */
export interface Turn {
  readonly key: PoeKey;
  /** Poe took the key: it is not set aside any longer, unless another call met a refusal since. */
  accepted(): void;
  end(): void;
}
