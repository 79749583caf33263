import { NotFoundException } from '@nestjs/common';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { catalogue } from '../errors/catalogue.ts';
import type { AddressLimit } from '../guards/address-limit.ts';
import type { BodyBytes } from './body-bytes.ts';
import { exceedsStructure } from './exceeds-structure.ts';
import { readBody } from './read-body.ts';

interface Parts {
  readonly bodyLimit: number;
  readonly bytes: BodyBytes;
  readonly limit: AddressLimit;
}

/** Decides which bodies are read, and reads them. To be called once, before the application listens. */
export function acceptBodies(fastify: FastifyInstance, { bodyLimit, bytes, limit }: Parts): void {
  // After all hooks that set headers, and the last moment at which nothing has been read.
  fastify.addHook('preParsing', (request, _reply, _payload, done) => {
    done(refusal(request, { bodyLimit, bytes, limit }));
  });
  // Only JSON is taken: Fastify's own parser of plain text would let a string through as a body.
  fastify.removeContentTypeParser('text/plain');
  // A tool's schema may well have a property `constructor`; nothing here merges what a body says.
  const parse = fastify.getDefaultJsonParser('error', 'ignore');
  fastify.addContentTypeParser('application/json', (request, payload, done) => {
    const use = (body: Buffer) => {
      const excess = exceedsStructure(body);
      if (excess === undefined) void parse(request, body.toString(), done);
      else done(catalogue.invalidRequest(excess));
    };
    readBody(payload, { most: bodyLimit, bytes }, use, done);
  });
}

/** Why the body is not even read. */
function refusal(request: FastifyRequest, { bodyLimit, bytes, limit }: Parts): Error | null {
  // Where CORS is on, its catch-all route would read the body of what is no preflight.
  if (request.is404 || request.method === 'OPTIONS') return new NotFoundException();
  const { 'content-length': length, 'transfer-encoding': encoding } = request.headers;
  if (length === undefined && encoding === undefined) return null;
  const limited = limit.peek(request);
  if (limited) return limited;
  if (Number(length) > bodyLimit) return catalogue.bodyTooLarge(bodyLimit);
  return bytes.hasRoomFor(Number(length)) ? null : catalogue.overloaded();
}
