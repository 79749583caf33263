import type { IncomingMessage } from 'node:http';
import type { FastifyServerOptions } from 'fastify';

type Constraints = NonNullable<NonNullable<FastifyServerOptions['routerOptions']>['constraints']>;
type Strategy = Constraints[string];
type Store = ReturnType<Strategy['storage']>;

const managementRequests = new WeakSet<object>();

/** To be called for every request that came in through the management port. */
export function markAsManagement(request: IncomingMessage): void {
  managementRequests.add(request);
}

export function isManagement(request: IncomingMessage): boolean {
  return managementRequests.has(request);
}

/**
 * Lets a route say `@RouteConstraints({ listener: 'management' })`: it then exists on the
 * management port only, and is a 404 for whoever reaches the public one.
 */
export const listenerConstraint: Strategy = {
  name: 'listener',
  storage: () => {
    const handlers = new Map<string, Parameters<Store['set']>[1]>();
    return {
      get: (listener) => handlers.get(listener) ?? null,
      set: (listener, handler) => {
        handlers.set(listener, handler);
      },
    };
  },
  validate: () => true,
  deriveConstraint: (request: object) =>
    managementRequests.has(request) ? 'management' : 'public',
};
