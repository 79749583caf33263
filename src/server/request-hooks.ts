import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ApiError } from '../errors/api-error.ts';
import { catalogue } from '../errors/catalogue.ts';
import type { AddressLimit } from '../guards/address-limit.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import type { Drain } from '../observability/drain.ts';
import { RequestFacts } from '../observability/request-facts.ts';
import { isUploading, lingeringBody } from './lingering-body.ts';
import { isManagement } from './listener-constraint.ts';
import type { LoadShedder } from './load-shedder.ts';
import type { RequestRecorder } from './request-recorder.ts';

/** A whole answer that its client does not fetch must not keep the socket. */
const FETCH_MS = 120_000;
const NOT_COUNTED = /^\/(?:health\/|metrics$)/;

interface Parts {
  readonly keys: KeyRing;
  readonly drain: Drain;
  readonly recorder: RequestRecorder;
  readonly limit: AddressLimit;
  readonly shedder: LoadShedder;
  readonly maxHeaders: number;
}

/** What happens to every request before Nest sees it and after its answer has left. */
export function addRequestHooks(fastify: FastifyInstance, parts: Parts): void {
  fastify.decorateRequest('facts', null as unknown as RequestFacts);
  fastify.decorateRequest('admission', undefined);
  // Strangers are refused before their body is read: nothing dear happens for them.
  fastify.addHook('onRequest', (request, reply, done) => {
    begin(request, reply, parts);
    const refusal = refuse(request, reply, parts);
    if (refusal) done(refusal);
    else if (!isApi(request) || parts.keys.identify(request.headers.authorization)) done();
    else
      void parts.limit.hit(request).then((limited) => {
        done(limited ?? catalogue.invalidApiKey());
      });
  });
  fastify.addHook('onSend', (request, reply, payload, done) => {
    void reply.header('x-poe-proxy-overhead-ms', request.facts.measureOverhead().toFixed(1));
    if (parts.drain.leaving) void reply.header('connection', 'close');
    if (typeof payload !== 'string') {
      done();
      return;
    }
    reply.raw.setTimeout(FETCH_MS, () => reply.raw.destroy());
    if (!isUploading(request.raw)) done();
    else {
      void reply.headers({ connection: 'close', 'content-length': Buffer.byteLength(payload) });
      done(null, lingeringBody(payload, request.raw));
    }
  });
}

function begin(request: FastifyRequest, reply: FastifyReply, { drain, recorder }: Parts): void {
  request.facts = new RequestFacts(request.id);
  void reply.header('x-request-id', request.id);
  if (NOT_COUNTED.test(routeOf(request))) return;
  // Nobody waits for those that are refused: they would never end.
  const isAwaited = !drain.refusing;
  if (isAwaited) drain.enter();
  recorder.began();
  // Unlike Fastify's onResponse this comes for clients that left as well.
  reply.raw.once('close', () => {
    request.facts.isOver = true;
    // Others listen for the same event and settle the request first.
    setImmediate(() => {
      // What never came so far as to be settled sets its points free here.
      request.admission?.hold?.release();
      recorder.ended(request, reply);
      if (isAwaited) drain.leave();
    });
  });
}

/** What an instance that has to spare itself says, before anything is done for a request. */
function refuse(
  request: FastifyRequest,
  reply: FastifyReply,
  { drain, shedder, maxHeaders }: Parts,
): ApiError | undefined {
  if (request.raw.rawHeaders.length > 2 * maxHeaders) {
    return catalogue.badHttpRequest(431, `The request has more than ${maxHeaders} headers.`);
  }
  if (!isApi(request)) return undefined;
  if (drain.refusing) return catalogue.shuttingDown();
  return isManagement(request.raw) ? undefined : shedder.enter(reply.raw);
}

function isApi(request: FastifyRequest): boolean {
  return routeOf(request).startsWith('/v1/');
}

/** The template that the router chose, whatever spelling of it was asked for; else the path. */
function routeOf({ routeOptions, url }: FastifyRequest): string {
  return routeOptions.url ?? url;
}
