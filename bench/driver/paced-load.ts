import { Connection } from './connection.ts';

/** Requests that start at an even pace, whether or not those before them were answered. */
export interface Pace {
  readonly port: number;
  readonly request: Buffer;
  readonly perSecond: number;
  /** Not counted: connections are opened in it. */
  readonly warmUpMs: number;
  readonly durationMs: number;
}

/** Times in ms, from the moment that a request was written. */
export interface PacedResult {
  /** Up to the end of the answer. */
  readonly latencies: readonly number[];
  /** Up to the first word, of streams. */
  readonly firstWords: readonly number[];
  readonly failed: number;
}

const TICK_MS = 1;
const MOST_WAIT_MS = 10_000;

/** Open loop: a slow answer delays no other request. */
export async function pacedLoad(pace: Pace): Promise<PacedResult> {
  const idle: Connection[] = [];
  const latencies: number[] = [];
  const firstWords: number[] = [];
  const startedAt = performance.now();
  const countsFrom = startedAt + pace.warmUpMs;
  const total = Math.round(((pace.warmUpMs + pace.durationMs) / 1000) * pace.perSecond);
  const all: Connection[] = [];
  let sent = 0;
  let ended = 0;
  let failed = 0;
  const { promise, resolve } = Promise.withResolvers<undefined>();

  const timer = setInterval(() => {
    const due = Math.min(total, ((performance.now() - startedAt) / 1000) * pace.perSecond);
    while (sent < due) start();
    if (ended >= total || performance.now() > countsFrom + pace.durationMs + MOST_WAIT_MS) {
      resolve(undefined);
    }
  }, TICK_MS);
  await promise;
  clearInterval(timer);
  for (const connection of all) connection.close();
  return { latencies, firstWords, failed: failed + total - ended };

  function start(): void {
    sent += 1;
    const connection = idle.pop() ?? open();
    const sentAt = performance.now();
    const counts = sentAt >= countsFrom;
    let hasFirstWord = false;
    connection.onPiece = (frames) => {
      if (hasFirstWord || !frames.hasFirstWord) return;
      hasFirstWord = true;
      if (counts) firstWords.push(performance.now() - sentAt);
    };
    connection.onEnd = ({ status }) => {
      ended += 1;
      if (status !== 200) failed += 1;
      else if (counts) latencies.push(performance.now() - sentAt);
      idle.push(connection);
    };
    connection.onBroken = () => {
      ended += 1;
      failed += 1;
    };
    connection.send(pace.request);
  }

  function open(): Connection {
    const connection = new Connection(pace.port);
    all.push(connection);
    return connection;
  }
}
