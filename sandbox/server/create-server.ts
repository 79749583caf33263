import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';

import { BOTS } from '../bots/bots.ts';
import { catalogueEntry } from '../bots/catalogue-entry.ts';
import { routeNotFound } from '../errors/error-catalogue.ts';
import { invalidRequest } from '../errors/poe-error.ts';
import { markArrival } from './arrival.ts';
import { answerChat } from './chat-route.ts';
import { openEntry } from './open-entry.ts';
import { plainReply } from './plain-reply.ts';
import type { SandboxState } from './sandbox-state.ts';
import { currentBalance, pointsHistory } from './usage-routes.ts';

/** Bytes. Poe publishes no limit; this one only keeps a mistake from filling the memory. */
const BODY_LIMIT = 200 * 1024 * 1024;

/** The paths as they are: the Usage API is not under /v1. */
export function createServer(state: SandboxState): FastifyInstance {
  const server = fastify({ forceCloseConnections: true, bodyLimit: BODY_LIMIT });
  server.addHook('onRequest', (request, _reply, done) => {
    markArrival(request);
    done();
  });
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => {
    done(null, parseLeniently(String(body)));
  });

  const answer =
    (make: (state: SandboxState, request: FastifyRequest) => object) =>
    (request: FastifyRequest, reply: FastifyReply) =>
      plainReply(state, request, reply, make(state, request));

  server.post('/v1/chat/completions', (request, reply) => answerChat(state, request, reply));
  server.get('/v1/models', answer(listModels));
  server.get('/usage/current_balance', answer(currentBalance));
  server.get('/usage/points_history', answer(pointsHistory));
  server.options('*', (request, reply) => {
    Object.assign(openEntry(state, request), { status: 204, outcome: 'completed' });
    return reply.code(204).headers(PREFLIGHT_HEADERS).send();
  });
  server.setNotFoundHandler(answer((_state, { method, url }) => routeNotFound(method, url)));
  server.setErrorHandler((error, request, reply) =>
    plainReply(state, request, reply, invalidRequest(String(error))),
  );
  return server;
}

const PREFLIGHT_HEADERS = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'POST, GET, OPTIONS',
  'access-control-allow-headers': 'Accept, Authorization, Content-Type',
};

/** The same list for everybody; no key is needed. */
function listModels(): object {
  const listed = [...BOTS.values()].filter((bot) => bot.listed);
  return { object: 'list', data: listed.map(catalogueEntry) };
}

/** What is no JSON stays text: the journal shows it, and the route refuses it in Poe's words. */
function parseLeniently(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
