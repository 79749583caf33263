import { randomUUID } from 'node:crypto';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import {
  fastify,
  type FastifyReply,
  type FastifyRequest,
  type FastifyServerOptions,
} from 'fastify';
import type { Config } from '../config/config.ts';
import { badRequestReply } from './bad-request-reply.ts';
import { createHttpServer } from './create-http-server.ts';
import { listenerConstraint } from './listener-constraint.ts';
import { addRequestHooks, beginRequest, ownHeaders } from './request-hooks.ts';
import { trustProxy } from './trust-proxy.ts';

/** What a client may call its request; anything else gets an id of ours. */
const SANE_ID = /^[\w.:-]{1,128}$/;

/** Fastify as this gateway needs it. */
export function createAdapter({ server }: Config): FastifyAdapter {
  const options: FastifyServerOptions = {
    serverFactory: (listener) => createHttpServer(server.http, listener),
    bodyLimit: server.bodyLimitBytes,
    trustProxy: trustProxy(server.trustedProxies),
    // A tool's schema may well have such properties. They stay members like any other: nothing here
    // merges what a body says, and copies are made by spreading alone.
    onConstructorPoisoning: 'ignore',
    onProtoPoisoning: 'ignore',
    genReqId: ({ headers }) => {
      const wish = headers['x-request-id'];
      return typeof wish === 'string' && SANE_ID.test(wish) ? wish : `req_${randomUUID()}`;
    },
    routerOptions: { constraints: { listener: listenerConstraint }, maxParamLength: 512 },
    // A malformed URL, refused by the router before anything of ours runs.
    frameworkErrors: (error, raw, early) => {
      const request = raw as FastifyRequest;
      const reply = early as FastifyReply;
      beginRequest(request, reply);
      const { status, headers, body } = badRequestReply(error.statusCode ?? 400);
      request.facts.errorCode = 'bad_http_request';
      void reply
        .code(status)
        .headers({ ...headers, ...ownHeaders(request) })
        .send(body);
    },
    // The server does it. Without this Fastify would write a second answer of its own.
    clientErrorHandler: () => undefined,
  };
  const instance = fastify(options);
  addRequestHooks(instance);
  return new FastifyAdapter(instance);
}
