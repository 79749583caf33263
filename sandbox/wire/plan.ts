/** What the player does, one after the other. Times are in milliseconds. */
export type Step =
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'head'; readonly status: number; readonly headers: Record<string, string> }
  | {
      readonly do: 'write';
      readonly data: string | Buffer;
      /** SSE frames that are complete with this write. */
      readonly frames: number;
      readonly outputTokens: number;
    }
  /** The model is done: all of the answer is billed. */
  | { readonly do: 'settle' }
  | { readonly do: 'stop'; readonly how: 'end' | 'destroy' | 'reset' | 'hang' };

export interface Plan {
  readonly steps: readonly Step[];
  /** The outcome if all steps are done and the last is no `hang`. */
  readonly outcome: 'completed' | 'cut';
  /** What an answer that stops short costs. `whole`: the model worked on, unheard. */
  readonly partialBill: 'nothing' | 'produced' | 'whole';
}

export function write(data: string | Buffer, frames = 0, outputTokens = 0): Step {
  return { do: 'write', data, frames, outputTokens };
}

/** No step at all for no time, so that nothing is yielded for it. */
export function wait(ms: number): Step[] {
  return ms > 0 ? [{ do: 'wait', ms }] : [];
}
