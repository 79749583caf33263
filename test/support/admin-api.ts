/** Long enough for ADMIN_TOKEN. */
export const ADMIN_SECRET = 'canary-of-an-administrator-0123456789';
export const ADMIN = { ADMIN_TOKEN: `ann:${ADMIN_SECRET}` };

export interface AdminReply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body, of a reply that is JSON. */
  readonly body: Record<string, unknown> & {
    readonly data: readonly Record<string, unknown>[];
    readonly next: string | null;
  };
}

/** Asks as an administrator does; `headers` go before that. */
export async function askAdmin(
  { managementUrl }: { readonly managementUrl: string },
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<AdminReply> {
  const reply = await fetch(`${managementUrl}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${ADMIN_SECRET}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await reply.text();
  const isJson = reply.headers.get('content-type')?.includes('json') === true;
  const parsed = (isJson && text !== '' ? JSON.parse(text) : {}) as AdminReply['body'];
  return { status: reply.status, headers: reply.headers, text, body: parsed };
}
