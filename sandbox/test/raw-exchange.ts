import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds; what is still open after it, with nothing new, is taken to stay open. */
const GRACE = 40;

export interface RawRequest {
  readonly url: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Leaves as soon as this is true of the body, and after the grace time. */
  readonly leaveWhen?: (body: string) => boolean;
  /** Leaves as soon as this resolves, and after the grace time. */
  readonly leaveAfter?: Promise<unknown>;
}

export interface RawResponse {
  /** 0 if no headers came. */
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly bytes: Buffer;
  /** Sizes of the HTTP chunks: what the server wrote at a time. */
  readonly chunkSizes: readonly number[];
  /** How many times there was something to read. */
  readonly reads: number;
  /** `clean`: complete; `cut`: FIN before that; `reset`: RST; `open`: we left. */
  readonly ending: 'clean' | 'cut' | 'reset' | 'open';
}

/** One request over a socket of its own, with everything that a client library would smooth over. */
export async function rawExchange(request: RawRequest): Promise<RawResponse> {
  const { hostname, port } = new URL(request.url);
  const socket = net.connect(Number(port), hostname);
  const received: Buffer[] = [];
  let ending: RawResponse['ending'] | undefined;
  socket.write(requestText(request));
  await new Promise<void>((resolve) => {
    let isLeaving = false;
    const leave = async (): Promise<void> => {
      if (isLeaving) return;
      isLeaving = true;
      await sleep(GRACE);
      ending ??= 'open';
      socket.destroy();
      resolve();
    };
    socket.on('data', (bytes) => {
      received.push(bytes);
      const response = parseResponse(Buffer.concat(received));
      if (request.leaveWhen?.(response.body) === true && response.status > 0) void leave();
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      ending ??= error.code === 'ECONNRESET' ? 'reset' : 'cut';
    });
    socket.on('end', () => {
      ending ??= parseResponse(Buffer.concat(received)).isComplete ? 'clean' : 'cut';
    });
    socket.on('close', () => {
      resolve();
    });
    void request.leaveAfter?.then(leave);
  });
  return {
    ...parseResponse(Buffer.concat(received)),
    reads: received.length,
    ending: ending ?? 'cut',
  };
}

function requestText({ url, method, headers, body }: RawRequest): string {
  const { pathname, search, host } = new URL(url);
  const payload = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);
  const lines = [
    `${method ?? (body === undefined ? 'GET' : 'POST')} ${pathname}${search} HTTP/1.1`,
    `host: ${host}`,
    'connection: close',
    ...(body === undefined
      ? []
      : ['content-type: application/json', `content-length: ${Buffer.byteLength(payload)}`]),
    ...Object.entries(headers ?? {}).map(([name, value]) => `${name}: ${value}`),
  ];
  return `${lines.join('\r\n')}\r\n\r\n${payload}`;
}

type ParsedResponse = Omit<RawResponse, 'ending' | 'reads'> & { readonly isComplete: boolean };

function parseResponse(bytes: Buffer): ParsedResponse {
  const headEnd = bytes.indexOf('\r\n\r\n');
  if (headEnd === -1) return parsed(0, {}, [], false);
  const [statusLine = '', ...headerLines] = bytes.subarray(0, headEnd).toString().split('\r\n');
  const headers = Object.fromEntries(
    headerLines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  const status = Number(statusLine.split(' ')[1]);
  const rest = bytes.subarray(headEnd + 4);
  if (headers['transfer-encoding'] === 'chunked') {
    const { chunks, isComplete } = parseChunks(rest);
    return parsed(status, headers, chunks, isComplete);
  }
  return parsed(status, headers, [rest], rest.length === Number(headers['content-length'] ?? 0));
}

function parseChunks(bytes: Buffer): { chunks: Buffer[]; isComplete: boolean } {
  const chunks: Buffer[] = [];
  let at = 0;
  for (;;) {
    const lineEnd = bytes.indexOf('\r\n', at);
    if (lineEnd === -1) return { chunks, isComplete: false };
    const size = Number.parseInt(bytes.subarray(at, lineEnd).toString(), 16);
    if (size === 0) return { chunks, isComplete: true };
    chunks.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = lineEnd + 2 + size + 2;
  }
}

function parsed(
  status: number,
  headers: Record<string, string>,
  chunks: Buffer[],
  isComplete: boolean,
): ParsedResponse {
  const bytes = Buffer.concat(chunks);
  const chunkSizes = chunks.map((chunk) => chunk.length);
  return { status, headers, bytes, body: bytes.toString(), chunkSizes, isComplete };
}
