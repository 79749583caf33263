import type { IncomingHttpHeaders } from 'node:http';

/** A request that arrived, and what became of it. */
export interface JournalEntry {
  /** Of this journal only. */
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** Parsed JSON; the text itself if it is none. */
  readonly body: unknown;
  model?: string;
  /** Empty for anything but chat. */
  scenario: string;
  stream: boolean;
  /** Milliseconds on our clock. */
  readonly receivedAt: number;
  /** Absent as long as no headers were sent. */
  status?: number;
  /** SSE frames that went out whole. */
  framesSent: number;
  /** `aborted`: the client left; `cut`: a scenario stopped the answer short. */
  outcome: 'open' | 'completed' | 'aborted' | 'cut';
  queryId?: string;
  points?: number;
}

/** Every request, in the order of arrival. */
export class Journal {
  /** Always the same array, so that whoever holds it sees what comes. */
  readonly entries: JournalEntry[] = [];
  readonly #limit: number;
  #count = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  open(request: Pick<JournalEntry, 'method' | 'path' | 'headers' | 'body' | 'receivedAt'>) {
    this.#count += 1;
    const entry: JournalEntry = {
      ...request,
      id: `request-${this.#count}`,
      scenario: '',
      stream: false,
      framesSent: 0,
      outcome: 'open',
    };
    this.entries.push(entry);
    if (this.entries.length > this.#limit) this.entries.shift();
    return entry;
  }

  reset(): void {
    this.entries.length = 0;
    this.#count = 0;
  }
}
