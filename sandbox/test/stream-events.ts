import { isJsonObject, type JsonObject } from '../json.ts';

export interface StreamEvent {
  /** Of the `event:` line, or of a comment: `comment`. */
  readonly event: string | undefined;
  readonly data: string;
}

/** Events of a body; one that is not ended by a blank line is `cut`. */
export function streamEvents(body: string): StreamEvent[] {
  const blocks = body.replaceAll('\r\n', '\n').split('\n\n');
  const rest = blocks.pop() ?? '';
  const events = blocks.map((block) => {
    const fields = new Map(
      block.split('\n').map((line): [string, string] => {
        const colon = line.indexOf(':');
        return [line.slice(0, colon), line.slice(colon + 1).trimStart()];
      }),
    );
    const event = fields.has('') ? 'comment' : fields.get('event');
    return { event, data: fields.get('data') ?? '' };
  });
  return rest === '' ? events : [...events, { event: 'cut', data: rest }];
}

/** The JSON of all events that have one. */
export function streamChunks(body: string): JsonObject[] {
  return streamEvents(body).flatMap(({ data }) => {
    const chunk = parse(data);
    return chunk === undefined ? [] : [chunk];
  });
}

/**
 * A letter an event: R role, r role with content, C content, T tool call, t tool call with finish,
 * F finish, f finish with usage, U usage, D done, E error, e `event: error`, X no JSON, p comment,
 * / cut inside an event, Q reasoning.
 */
export function streamShape(body: string): string {
  return streamEvents(body).map(letterOf).join('');
}

function letterOf({ event, data }: StreamEvent): string {
  if (event === 'comment') return 'p';
  if (event === 'cut') return '/';
  if (data === '[DONE]') return 'D';
  const chunk = parse(data);
  if (chunk === undefined) return 'X';
  if ('error' in chunk) return event === 'error' ? 'e' : 'E';
  return chunkLetter(chunk);
}

function chunkLetter(chunk: JsonObject): string {
  const [choice] = Array.isArray(chunk.choices) ? (chunk.choices as unknown[]) : [];
  if (!isJsonObject(choice)) return 'U';
  const delta = isJsonObject(choice.delta) ? choice.delta : {};
  const isFinished = typeof choice.finish_reason === 'string';
  if (delta.tool_calls !== undefined) return isFinished ? 't' : 'T';
  if (isFinished) return chunk.usage === undefined ? 'F' : 'f';
  if (typeof delta.reasoning_content === 'string') return 'Q';
  if (delta.role !== undefined) return delta.content === '' ? 'R' : 'r';
  return 'C';
}

function parse(data: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(data);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
