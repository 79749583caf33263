import type { FastifyRequest } from 'fastify';

// Not a decoration of the request: its type would be seen by every other Fastify in the project.
const arrivals = new WeakMap<FastifyRequest, number>();

/** To be called before the body is read. */
export function markArrival(request: FastifyRequest): void {
  arrivals.set(request, Date.now());
}

/** Milliseconds on our clock. */
export function arrivalOf(request: FastifyRequest): number {
  return arrivals.get(request) ?? Date.now();
}
