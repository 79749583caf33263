/** Of a span or an event: never a text of a client, of a model or of an error. */
export type SpanAttributes = Readonly<
  Record<string, string | number | boolean | readonly string[] | undefined>
>;

/** A part of the work on one request. */
export interface TraceSpan {
  event(name: string, attributes?: SpanAttributes): void;
  /** Only the first time counts. `errorType` is from a closed set; undefined: it went well. */
  end(attributes?: SpanAttributes, errorType?: string): void;
}

/** The parts of a request that have a span of their own. */
export type PartName = 'guard' | 'clip' | 'attempt' | 'match' | 'footer';

/** What is told of one request to those who follow it. */
export interface RequestTrace {
  readonly traceId: string;
  /** Of the request's own span, as W3C's headers write it. */
  readonly context: string;
  /** Undefined: this request is not among those that are sampled. */
  start(part: PartName, attributes?: SpanAttributes): TraceSpan | undefined;
  /** The answer has left, or its client has. Parts that still run go on. */
  end(attributes: SpanAttributes, errorType?: string): void;
}
