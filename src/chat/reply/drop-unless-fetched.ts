import type { ServerResponse } from 'node:http';

const FETCH_MS = 120_000;

/** The whole answer was written: a client that does not fetch it must not keep the socket. */
export function dropUnlessFetched(response: ServerResponse): void {
  response.setTimeout(FETCH_MS, () => response.destroy());
}
