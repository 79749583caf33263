import type { Target } from './to-request.ts';

/** What a driver does, by name; all take whom to ask and what. */
export interface Tasks {
  /** Begins a closed loop and returns at once. */
  load: { readonly options: { readonly connections: number }; readonly result: Snapshot };
  /** Opens streams until there are so many, and returns when all have begun. */
  growStreams: { readonly options: { readonly to: number }; readonly result: Snapshot };
  /** Loads at an even pace and returns at the end of it. */
  pace: {
    readonly options: {
      readonly perSecond: number;
      readonly warmUpMs: number;
      readonly durationMs: number;
    };
    readonly result: Latencies;
  };
  /** One request after another; returns at the end. */
  sequence: {
    readonly options: { readonly from: number; readonly count: number };
    readonly result: Snapshot;
  };
}

export type TaskName = keyof Tasks;

export interface Job<Name extends TaskName> {
  readonly target: Target;
  readonly body: string;
  readonly options: Tasks[Name]['options'];
}

export type Command =
  | { readonly [Name in TaskName]: { readonly task: Name; readonly job: Job<Name> } }[TaskName]
  | { readonly task: 'look' }
  /** Closes what load or growStreams opened. */
  | { readonly task: 'stop' };

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

/** In ms. */
export interface Latencies {
  readonly p50: number;
  readonly p99: number;
  /** Up to the first word of streams; of JSON the same as the above. */
  readonly firstWordP50: number;
  readonly firstWordP99: number;
  readonly failed: number;
}

export type Answer = { readonly result: Snapshot | Latencies } | { readonly error: string };
