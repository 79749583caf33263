import type { IncomingMessage, ServerResponse } from 'node:http';
import helmet from 'helmet';

/**
 * What helmet sends, except a policy for pages. It is always the same, so it is asked once:
 * @fastify/helmet builds all of its middleware anew for each request.
 */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = recordHelmet();

function recordHelmet(): Record<string, string> {
  const headers: Record<string, string> = {};
  const response = {
    setHeader: (name: string, value: string) => {
      headers[name.toLowerCase()] = value;
    },
    removeHeader: () => undefined,
  };
  helmet({ contentSecurityPolicy: false })(
    {} as IncomingMessage,
    response as unknown as ServerResponse,
    () => undefined,
  );
  return headers;
}
