import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

type Value = string | number | boolean | Value[];

/** A span as OTLP tells of it, its attributes made readable. */
export interface ReceivedSpan {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  /** OTLP's numbers: 1 internal, 2 server, 3 client. */
  readonly kind: number;
  readonly attributes: Record<string, Value>;
  readonly events: { name: string; attributes: Record<string, Value> }[];
  readonly isError: boolean;
  readonly durationMs: number;
}

interface WireAttribute {
  key: string;
  value: {
    stringValue?: string;
    intValue?: number | string;
    doubleValue?: number;
    boolValue?: boolean;
    arrayValue?: { values: WireAttribute['value'][] };
  };
}

interface WireSpan {
  name: string;
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  kind: number;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes: WireAttribute[];
  events: { name: string; attributes: WireAttribute[] }[];
  status: { code?: number };
}

interface WireBody {
  resourceSpans: {
    resource: { attributes: WireAttribute[] };
    scopeSpans: { spans: WireSpan[] }[];
  }[];
}

/** Takes spans in OTLP over HTTP, as JSON. */
export async function startOtlpReceiver() {
  const spans: ReceivedSpan[] = [];
  const bodies: string[] = [];
  const requests: { url: string | undefined; headers: IncomingHttpHeaders }[] = [];
  const resources: Record<string, Value>[] = [];
  const mood = { status: 200 };
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const { url, headers } = request;
      requests.push({ url, headers });
      response.writeHead(mood.status, { 'content-type': 'application/json' }).end('{}');
      if (mood.status !== 200) return;
      bodies.push(body);
      for (const { resource, scopeSpans } of (JSON.parse(body) as WireBody).resourceSpans) {
        resources.push(toRecord(resource.attributes));
        spans.push(...scopeSpans.flatMap((scope) => scope.spans.map(toSpan)));
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    bodies,
    requests,
    resources,
    mood,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

export type OtlpReceiver = Awaited<ReturnType<typeof startOtlpReceiver>>;

function toSpan(span: WireSpan): ReceivedSpan {
  const { name, traceId, spanId, parentSpanId, kind } = span;
  const nanos = BigInt(span.endTimeUnixNano) - BigInt(span.startTimeUnixNano);
  return {
    name,
    traceId,
    spanId,
    parentSpanId,
    kind,
    attributes: toRecord(span.attributes),
    events: span.events.map((event) => ({
      name: event.name,
      attributes: toRecord(event.attributes),
    })),
    isError: span.status.code === 2,
    durationMs: Number(nanos) / 1e6,
  };
}

function toRecord(attributes: WireAttribute[]): Record<string, Value> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, toValue(value)]));
}

function toValue(value: WireAttribute['value']): Value {
  if (value.intValue !== undefined) return Number(value.intValue);
  if (value.arrayValue) return value.arrayValue.values.map(toValue);
  return value.stringValue ?? value.doubleValue ?? value.boolValue ?? '';
}
