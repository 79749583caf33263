import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import {
  fastify,
  type FastifyReply,
  type FastifyRequest,
  type FastifyServerOptions,
} from 'fastify';
import type { Config } from '../config/config.ts';
import { catalogue } from '../errors/catalogue.ts';
import { listenerConstraint } from './listener-constraint.ts';
import { addRequestHooks, beginRequest, ownHeaders } from './request-hooks.ts';

/** A request that is not complete by then will not be: slow uploads must not pile up. ms */
const REQUEST_TIMEOUT_MS = 120_000;
/** What a client may call its request; anything else gets an id of ours. */
const SANE_ID = /^[\w.:-]{1,128}$/;

/** Fastify as this gateway needs it. */
export function createAdapter({ server }: Config): FastifyAdapter {
  const options: FastifyServerOptions = {
    bodyLimit: server.bodyLimitBytes,
    trustProxy: trustProxy(server.trustedProxies),
    requestTimeout: REQUEST_TIMEOUT_MS,
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
      const { status, headers, body } = badRequest(error.statusCode ?? 400);
      request.facts.errorCode = 'bad_http_request';
      void reply
        .code(status)
        .headers({ ...headers, ...ownHeaders(request) })
        .send(body);
    },
    // What is no HTTP at all, refused by the parser.
    clientErrorHandler: (error, socket) => {
      refuse(socket, error.code === 'HPE_HEADER_OVERFLOW' ? 431 : 400);
    },
  };
  const instance = fastify(options);
  addRequestHooks(instance);
  return new FastifyAdapter(instance);
}

type TrustProxy = NonNullable<FastifyServerOptions['trustProxy']>;

function trustProxy(trusted: Config['server']['trustedProxies']): TrustProxy {
  if (typeof trusted === 'number') return (_address, hop) => hop < trusted;
  return trusted === false ? false : [...trusted];
}

function badRequest(status: number) {
  const error = catalogue.badHttpRequest(status, 'The request is not valid HTTP.');
  return {
    status,
    headers: {
      ...error.headers,
      'content-type': 'application/json; charset=utf-8',
      'x-content-type-options': 'nosniff',
    },
    body: JSON.stringify(error.toEnvelope()),
  };
}

function refuse(socket: Socket, code: number): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const { status, headers, body } = badRequest(code);
  const reason = status === 431 ? 'Request Header Fields Too Large' : 'Bad Request';
  const head = Object.entries({
    ...headers,
    'content-length': Buffer.byteLength(body),
    connection: 'close',
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${reason}\r\n${head.join('')}\r\n${body}`);
}
