import type { Target } from './to-request.ts';

export type Command =
  | {
      readonly do: 'load';
      readonly target: Target;
      readonly body: string;
      readonly connections: number;
    }
  | {
      readonly do: 'grow-streams';
      readonly target: Target;
      readonly body: string;
      readonly to: number;
    }
  | { readonly do: 'look' }
  | { readonly do: 'stop' };

/** Counts since the load began. */
export interface Snapshot {
  readonly atMs: number;
  /** Requests answered with 200; of streams, those that came to their proper end. */
  readonly completed: number;
  readonly failed: number;
  readonly frames: number;
  /** Streams that are running. */
  readonly open: number;
}
