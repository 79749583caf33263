import type { IncomingHttpHeaders } from 'node:http';
import type { RequestTrace } from './request-trace.ts';

/** Follows requests, where an OTLP receiver is configured; absent, and injected as undefined, else. */
export abstract class Tracing {
  /** The caller's `traceparent` is taken up, if there is one. */
  abstract begin(method: string, route: string, headers: IncomingHttpHeaders): RequestTrace;
}
