import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { AdminGate } from '../admin/admin-gate.ts';
import type { ApiError } from '../errors/api-error.ts';
import { catalogue } from '../errors/catalogue.ts';
import type { AddressLimit } from '../guards/address-limit.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import type { Drain } from '../observability/drain.ts';
import { isManagement } from './listener-constraint.ts';
import type { LoadShedder } from './load-shedder.ts';

interface Parts {
  /** Absent where there is no admin API. */
  readonly gate: AdminGate | undefined;
  readonly keys: KeyRing;
  readonly drain: Drain;
  readonly limit: AddressLimit;
  readonly shedder: LoadShedder;
  readonly maxHeaders: number;
}

/** Strangers are refused before their body is read: nothing dear happens for them. */
export function refuseEarly(fastify: FastifyInstance, parts: Parts): void {
  const { keys, limit, gate } = parts;
  fastify.decorateRequest('actor', undefined);
  fastify.addHook('onRequest', (request, reply, done) => {
    const refusal = spareOneself(request, reply, parts);
    if (refusal) done(refusal);
    else if (gate && isAdmin(request)) done(gate.refuse(request));
    else if (!isApi(request) || keys.identify(request.headers.authorization)) done();
    else
      void limit.hit(request).then((limited) => {
        done(limited ?? catalogue.invalidApiKey());
      });
  });
}

/** What an instance that has to spare itself says, before anything is done for a request. */
function spareOneself(
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

/** What is not there included: who may not come in is not told what there is. */
function isAdmin(request: FastifyRequest): boolean {
  return isManagement(request.raw) && /^\/admin(?:\/|\?|$)/.test(pathOf(request));
}

function isApi(request: FastifyRequest): boolean {
  return pathOf(request).startsWith('/v1/');
}

/** The template that the router chose, whatever spelling of it was asked for; else what was asked for. */
function pathOf({ routeOptions, url }: FastifyRequest): string {
  return routeOptions.url ?? url;
}
