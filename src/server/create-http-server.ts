import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { Duplex } from 'node:stream';
import type { HttpLimits } from '../config/http-limits.ts';
import { badRequestReply } from './bad-request-reply.ts';

/**
 * For the client to fetch the refusal and hang up by itself: a socket that is closed over unread
 * bytes is reset, and a reset may overtake what was sent before it.
 */
const LINGER_MS = 1000;

/** What a listener of this gateway is; clients that are no good HTTP clients end here. */
export function createHttpServer(limits: HttpLimits, listener: RequestListener): Server {
  const answers = new WeakMap<Duplex, ServerResponse>();
  const refused = new WeakSet<Duplex>();
  const serve = (request: IncomingMessage, response: ServerResponse) => {
    // It came too late, and its answer would have no way out.
    if (refused.has(request.socket)) return;
    answers.set(request.socket, response);
    listener(request, response);
  };
  const server = createServer(
    {
      maxHeaderSize: limits.maxHeaderBytes,
      headersTimeout: limits.headersTimeoutMs,
      requestTimeout: limits.requestTimeoutMs,
      connectionsCheckingInterval: limits.checkIntervalMs,
      keepAliveTimeout: limits.keepAliveTimeoutMs,
      keepAlive: true,
      keepAliveInitialDelay: limits.tcpKeepAliveDelayMs,
    },
    serve,
  );
  // Bounded by their bytes; who sends too many is refused by the request hooks.
  server.maxHeadersCount = 0;
  server.maxConnections = limits.maxConnections;
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (refused.has(socket)) return;
    refused.add(socket);
    refuse(socket, statusOf(error), answers.get(socket));
  });
  return server;
}

function statusOf({ code }: NodeJS.ErrnoException): number {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return 408;
  if (code === 'HPE_CHUNK_EXTENSIONS_OVERFLOW') return 413;
  return code === 'HPE_HEADER_OVERFLOW' ? 431 : 400;
}

/** `answer` is the last one that this socket was to carry. */
function refuse(socket: Duplex, status: number, answer: ServerResponse | undefined): void {
  const { reason, headers, body } = badRequestReply(status);
  const closing = { ...headers, 'content-length': Buffer.byteLength(body), connection: 'close' };
  if (!socket.writable) {
    socket.destroy();
  } else if (answer === undefined || (answer.writableFinished && answer.req.complete)) {
    const head = Object.entries(closing).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.end(`HTTP/1.1 ${status} ${reason}\r\n${head.join('')}\r\n${body}`);
    setTimeout(() => socket.destroy(), LINGER_MS).unref();
  } else if (answer.headersSent) {
    // More bytes would pass for a part of the answer.
    socket.destroy();
  } else {
    // As the answer to the request that it belongs to, it is logged and counted with it.
    answer.writeHead(status, closing).end(body);
  }
}
