/** Who asks. What is spent, counted and allowed is so for a caller. */
export interface Caller {
  /** The key's name; `anonymous` when the gateway is open. */
  readonly name: string;
}

export const ANONYMOUS: Caller = Object.freeze({ name: 'anonymous' });
