import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { dropUnlessFetched } from '../chat/reply/drop-unless-fetched.ts';
import type { Drain } from '../observability/drain.ts';
import { RequestFacts } from '../observability/request-facts.ts';
import { isUploading, lingeringBody } from './lingering-body.ts';
import type { RequestRecorder } from './request-recorder.ts';
import { SECURITY_HEADERS } from './security-headers.ts';

const NOT_COUNTED = /^\/(?:health\/|metrics$)/;

interface Witnesses {
  readonly drain: Drain;
  readonly recorder: RequestRecorder;
}

declare module 'fastify' {
  interface FastifyInstance {
    /** Nest makes them after the hooks, which need them with the first request. */
    witnesses: Witnesses;
  }
}

/**
 * What happens to every request before Nest sees it and after its answer has left. Hooks run in the
 * order in which they were added, so these have to be there before those of Nest's adapter: some
 * of them answer (CORS, `OPTIONS *`), and such answers too are logged and carry our headers.
 */
export function addRequestHooks(fastify: FastifyInstance): void {
  fastify.decorateRequest('facts', null as unknown as RequestFacts);
  fastify.decorateRequest('admission', undefined);
  fastify.addHook('onRequest', (request, reply, done) => {
    beginRequest(request, reply);
    done();
  });
  fastify.addHook('onSend', (request, reply, payload, done) => {
    void reply.headers(ownHeaders(request));
    if (request.server.witnesses.drain.leaving) void reply.header('connection', 'close');
    if (typeof payload !== 'string') {
      done();
      return;
    }
    dropUnlessFetched(reply.raw);
    if (!isUploading(request.raw)) done();
    else {
      void reply.headers({ connection: 'close', 'content-length': Buffer.byteLength(payload) });
      done(null, lingeringBody(payload, request.raw));
    }
  });
}

/** To be called by whoever answers a request that the hooks do not see. */
export function beginRequest(request: FastifyRequest, reply: FastifyReply): void {
  const { drain, recorder } = request.server.witnesses;
  request.facts = new RequestFacts(request.id);
  if (NOT_COUNTED.test(request.routeOptions.url ?? request.url)) return;
  // Nobody waits for those that are refused: they would never end.
  const isAwaited = !drain.refusing;
  if (isAwaited) drain.enter();
  recorder.began(request);
  const end = () => {
    // What never came so far as to be settled sets its points free here.
    request.admission?.hold?.release();
    request.admission?.budgetHold?.release();
    recorder.ended(request, reply);
    if (isAwaited) drain.leave();
  };
  // Unlike Fastify's onResponse this comes for clients that left as well.
  reply.raw.once('close', () => {
    request.facts.isOver = true;
    // Others listen for the same event and settle the request first.
    setImmediate(() => {
      const { draining } = request.facts;
      if (draining) void draining.then(end);
      else end();
    });
  });
}

/** What every reply says of its request. */
export function ownHeaders({ facts }: FastifyRequest): Record<string, string> {
  return {
    ...SECURITY_HEADERS,
    'x-request-id': facts.id,
    'x-poe-proxy-overhead-ms': facts.measureOverhead().toFixed(1),
    ...(facts.trace && { traceresponse: facts.trace.context }),
  };
}
