import { NotFoundException } from '@nestjs/common';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { catalogue } from '../errors/catalogue.ts';
import type { AddressLimit } from '../guards/address-limit.ts';
import type { BodyBytes, BodyHold } from './body-bytes.ts';
import { exceedsStructure } from './exceeds-structure.ts';
import { readBody } from './read-body.ts';

interface Parts {
  readonly bodyLimit: number;
  readonly bytes: BodyBytes;
  readonly limit: AddressLimit;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Of its body, as long as that is read and used. */
    bodyHold: BodyHold | undefined;
  }
}

/** Decides which bodies are read, and reads them. To be called once, before the application listens. */
export function acceptBodies(fastify: FastifyInstance, parts: Parts): void {
  const { bodyLimit, bytes } = parts;
  fastify.decorateRequest('bodyHold', undefined);
  // After all hooks that set headers, and the last moment at which nothing has been read.
  fastify.addHook('preParsing', (request, reply, _payload, done) => {
    const refused = refusal(request, parts);
    if (!refused && hasBody(request)) {
      const hold = bytes.hold();
      request.bodyHold = hold;
      reply.raw.once('close', () => {
        hold.release();
      });
    }
    done(refused);
  });
  // Only JSON is taken: Fastify's own parser of plain text would let a string through as a body.
  fastify.removeContentTypeParser('text/plain');
  const parse = fastify.getDefaultJsonParser('ignore', 'ignore');
  fastify.addContentTypeParser('application/json', (request, payload, done) => {
    const use = (body: Buffer) => {
      const excess = exceedsStructure(body);
      if (excess === undefined) void parse(request, body.toString(), done);
      else done(catalogue.invalidRequest(excess));
    };
    readBody(payload, bodyLimit, request.bodyHold ?? bytes.hold(), use, done);
  });
}

/** Why the body is not even read. */
function refusal(request: FastifyRequest, { bodyLimit, bytes, limit }: Parts): Error | null {
  if (request.is404) return new NotFoundException();
  if (!hasBody(request)) return null;
  const limited = limit.peek(request);
  if (limited) return limited;
  const length = Number(request.headers['content-length']);
  if (length > bodyLimit) return catalogue.bodyTooLarge(bodyLimit);
  return bytes.hasRoomFor(length) ? null : catalogue.overloaded();
}

function hasBody({ headers }: FastifyRequest): boolean {
  return headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
}
