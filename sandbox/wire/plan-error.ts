import { errorJson } from '../errors/error-body.ts';
import type { PoeError } from '../errors/poe-error.ts';
import { type Plan, wait, write } from './plan.ts';

/** The steps of an answer that is no model's. Such an answer costs nothing. */
export function planError(
  error: PoeError,
  headers: Record<string, string>,
  traceHash: string,
): Plan {
  const isHtml = 'html' in error.body;
  const body =
    'html' in error.body
      ? page(error.body.html)
      : JSON.stringify(errorJson(error.body, error.status, traceHash));
  return {
    steps: [
      ...wait(error.delayMs ?? 0),
      {
        do: 'head',
        status: error.status,
        headers: {
          ...headers,
          ...(isHtml ? { 'content-type': 'text/html; charset=UTF-8' } : {}),
          'content-length': String(Buffer.byteLength(body)),
          ...error.headers,
        },
      },
      write(body),
      { do: 'stop', how: 'end' },
    ],
    outcome: 'completed',
    partialBill: 'nothing',
  };
}

/** As Cloudflare writes for an origin that fails; never JSON, whatever the client accepts. */
function page(title: string): string {
  return `<!DOCTYPE html>\n<html lang="en-US">\n<head><title>api.poe.com | ${title}</title></head>\n<body><h1>${title}</h1><p>cloudflare</p></body>\n</html>\n`;
}
