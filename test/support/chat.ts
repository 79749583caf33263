import { request, type ClientRequest, type IncomingMessage } from 'node:http';

export interface ChatBody {
  model?: string;
  stream?: boolean;
  messages?: unknown;
  [member: string]: unknown;
}

export interface ChatReply {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  /** The body as it came, even if the connection broke in the middle of it. */
  readonly text: string;
  /** The connection ended as HTTP says that a body ends. */
  readonly isComplete: boolean;
}

/** One user message that takes the sandbox through `steps`. */
export function ask(steps: string, more: ChatBody = {}): ChatBody {
  return {
    model: 'GPT-5.4-Mini',
    stream: true,
    messages: [{ role: 'user', content: `[[sandbox: ${steps}]]` }],
    ...more,
  };
}

/** Posts a chat completion over a socket of its own and reads what comes, to whatever end. */
export function chat(
  gatewayUrl: string,
  body: ChatBody | string,
  headers: Record<string, string> = {},
): Promise<ChatReply> {
  return new Promise((resolve, reject) => {
    const call = open(gatewayUrl, body, headers);
    call.once('error', reject);
    call.once('response', (response) => {
      const pieces: Buffer[] = [];
      const settle = (isComplete: boolean) => {
        const text = Buffer.concat(pieces).toString('utf8');
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text, isComplete });
      };
      response.on('data', (piece: Buffer) => pieces.push(piece));
      response.once('end', () => {
        settle(true);
      });
      response.once('error', () => {
        settle(false);
      });
    });
  });
}

/** The request alone, for clients that leave or read slowly. */
export function open(
  gatewayUrl: string,
  body: ChatBody | string,
  headers: Record<string, string> = {},
): ClientRequest {
  const call = request(`${gatewayUrl}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: '*/*', ...headers },
    agent: false,
  });
  call.end(typeof body === 'string' ? body : JSON.stringify(body));
  return call;
}
