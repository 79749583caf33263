import type { FastifyInstance } from 'fastify';

/** The body has been read, and the guards of a chat request are next; the chat service ends it. */
export function traceGuards(fastify: FastifyInstance): void {
  fastify.addHook('preHandler', ({ facts, routeOptions }, _reply, done) => {
    if (routeOptions.url === '/v1/chat/completions') facts.guards = facts.trace?.start('guard');
    done();
  });
}
