import type { FastifyRequest } from 'fastify';

import { arrivalOf } from './arrival.ts';
import type { JournalEntry } from './journal.ts';
import type { SandboxState } from './sandbox-state.ts';

export function openEntry(state: SandboxState, request: FastifyRequest): JournalEntry {
  return state.journal.open({
    method: request.method,
    path: request.url,
    headers: request.headers,
    body: request.body,
    receivedAt: arrivalOf(request),
  });
}
