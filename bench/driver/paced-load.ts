import { Connection } from './connection.ts';

/** Requests that arrive at an even pace, whether or not those before them were answered. */
export interface Pace {
  readonly port: number;
  readonly request: Buffer;
  readonly perSecond: number;
  /** Not counted: connections are opened in it. */
  readonly warmUpMs: number;
  readonly durationMs: number;
}

/** Times in ms, from the arrival of a request. */
export interface PacedResult {
  /** Up to the end of the answer. */
  readonly latencies: readonly number[];
  /** Up to the first word, of streams. */
  readonly firstWords: readonly number[];
  /** Not answered with 200, or not in time. */
  readonly failed: number;
}

const TICK_MS = 1;
const MOST_WAIT_MS = 10_000;
/** As many as clients' pools have; what finds none free waits, and its time runs. */
const MOST_CONNECTIONS = 256;

/** Open loop: a slow answer keeps no other request from arriving. */
export async function pacedLoad(pace: Pace): Promise<PacedResult> {
  const { perSecond, warmUpMs, durationMs } = pace;
  const total = Math.round(((warmUpMs + durationMs) / 1000) * perSecond);
  const clients = new Clients(pace);
  const startedAt = performance.now();
  let arrived = 0;
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const timer = setInterval(() => {
    const elapsed = performance.now() - startedAt;
    const due = Math.min(total, (elapsed / 1000) * perSecond);
    for (; arrived < due; arrived += 1) clients.arrive(performance.now(), elapsed >= warmUpMs);
    const isOver = clients.answered + clients.failed >= total;
    if (isOver || elapsed > warmUpMs + durationMs + MOST_WAIT_MS) resolve(undefined);
  }, TICK_MS);
  await promise;
  clearInterval(timer);
  clients.close();
  const { latencies, firstWords, answered } = clients;
  return { latencies, firstWords, failed: total - answered };
}

interface Arrival {
  readonly at: number;
  readonly counts: boolean;
}

/** A pool of connections, and the line in front of it. */
class Clients {
  readonly latencies: number[] = [];
  readonly firstWords: number[] = [];
  answered = 0;
  failed = 0;
  readonly #pace: Pace;
  readonly #all = new Set<Connection>();
  readonly #idle: Connection[] = [];
  readonly #waiting: Arrival[] = [];

  constructor(pace: Pace) {
    this.#pace = pace;
  }

  arrive(at: number, counts: boolean): void {
    const connection = this.#idle.pop() ?? this.#open();
    if (connection) this.#send(connection, { at, counts });
    else this.#waiting.push({ at, counts });
  }

  close(): void {
    for (const connection of this.#all) connection.close();
  }

  #open(): Connection | undefined {
    if (this.#all.size === MOST_CONNECTIONS) return undefined;
    const connection = new Connection(this.#pace.port);
    this.#all.add(connection);
    return connection;
  }

  #send(connection: Connection, { at, counts }: Arrival): void {
    let hasFirstWord = false;
    connection.onPiece = (frames) => {
      if (hasFirstWord || !frames.hasFirstWord) return;
      hasFirstWord = true;
      if (counts) this.firstWords.push(performance.now() - at);
    };
    connection.onEnd = ({ status }) => {
      if (status !== 200) this.failed += 1;
      else {
        this.answered += 1;
        if (counts) this.latencies.push(performance.now() - at);
      }
      this.#release(connection);
    };
    connection.onBroken = () => {
      this.failed += 1;
      this.#all.delete(connection);
    };
    connection.send(this.#pace.request);
  }

  #release(connection: Connection): void {
    const next = this.#waiting.shift();
    if (next) {
      this.#send(connection, next);
      return;
    }
    this.#idle.push(connection);
    // Servers close what was idle for long; that is no failure.
    connection.onBroken = () => {
      this.#all.delete(connection);
      this.#idle.splice(this.#idle.indexOf(connection), 1);
    };
  }
}
