import type { FastifyInstance } from 'fastify';
import { catalogue } from '../errors/catalogue.ts';
import type { AddressLimit } from '../guards/address-limit.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import type { Drain } from '../observability/drain.ts';

interface Parts {
  readonly keys: KeyRing;
  readonly drain: Drain;
  readonly limit: AddressLimit;
}

/** Strangers are refused before their body is read: nothing dear happens for them. */
export function refuseEarly(fastify: FastifyInstance, { keys, drain, limit }: Parts): void {
  fastify.addHook('onRequest', (request, _reply, done) => {
    // The template that the router chose, whatever spelling of it was asked for; else the path.
    if (!(request.routeOptions.url ?? request.url).startsWith('/v1/')) done();
    else if (drain.refusing) done(catalogue.shuttingDown());
    else if (keys.identify(request.headers.authorization)) done();
    else
      void limit.hit(request).then((limited) => {
        done(limited ?? catalogue.invalidApiKey());
      });
  });
}
