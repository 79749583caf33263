import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { catalogue } from '../errors/catalogue.ts';
import type { AddressLimit } from '../guards/address-limit.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import type { Drain } from '../observability/drain.ts';
import { RequestFacts } from '../observability/request-facts.ts';
import type { RequestRecorder } from './request-recorder.ts';

/** A whole answer that its client does not fetch must not keep the socket. */
const FETCH_MS = 120_000;
const NOT_COUNTED = /^\/(?:health\/|metrics$)/;

interface Parts {
  readonly keys: KeyRing;
  readonly drain: Drain;
  readonly recorder: RequestRecorder;
  readonly limit: AddressLimit;
}

/** What happens to every request before Nest sees it and after its answer has left. */
export function addRequestHooks(fastify: FastifyInstance, parts: Parts): void {
  fastify.decorateRequest('facts', null as unknown as RequestFacts);
  fastify.decorateRequest('admission', undefined);
  // Strangers are refused before their body is read: nothing dear happens for them.
  fastify.addHook('onRequest', (request, reply, done) => {
    begin(request, reply, parts);
    if (!routeOf(request).startsWith('/v1/')) done();
    else if (parts.drain.refusing) done(catalogue.shuttingDown());
    else if (parts.keys.identify(request.headers.authorization)) done();
    else
      void parts.limit.hit(request).then((limited) => {
        done(limited ?? catalogue.invalidApiKey());
      });
  });
  fastify.addHook('onSend', (request, reply, payload, done) => {
    void reply.header('x-poe-proxy-overhead-ms', request.facts.measureOverhead().toFixed(1));
    if (parts.drain.leaving) void reply.header('connection', 'close');
    if (typeof payload === 'string') {
      reply.raw.setTimeout(FETCH_MS, () => reply.raw.destroy());
    }
    done();
  });
}

function begin(request: FastifyRequest, reply: FastifyReply, { drain, recorder }: Parts): void {
  request.facts = new RequestFacts(request.id);
  void reply.header('x-request-id', request.id);
  if (NOT_COUNTED.test(routeOf(request))) return;
  drain.enter();
  recorder.began();
  // Unlike Fastify's onResponse this comes for clients that left as well.
  reply.raw.once('close', () => {
    request.facts.isOver = true;
    // Others listen for the same event and settle the request first.
    setImmediate(() => {
      // What never came so far as to be settled sets its points free here.
      request.admission?.hold?.release();
      recorder.ended(request, reply);
      drain.leave();
    });
  });
}

/** The template that the router chose, whatever spelling of it was asked for; else the path. */
function routeOf({ routeOptions, url }: FastifyRequest): string {
  return routeOptions.url ?? url;
}
