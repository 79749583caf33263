/** Streams whose frames all differ (a random member, say) are not worth more attempts. */
const MOST_ATTEMPTS = 8;
/** What would need escaping or unescaping; such frames are parsed. */
// eslint-disable-next-line no-control-regex -- control characters are invalid in JSON text
const NOT_PLAIN = /["\\\u0000-\u001f]/;

/**
 * Recognises the frames that differ from an earlier one in the text of `delta.content` only, as
 * nearly all frames of a stream do, and takes that text out without parsing the rest.
 */
export class FrameTemplate {
  #prefix: string | undefined;
  #suffix = '';
  #attempts = 0;

  /** `data` was parsed, and `content` is all that it says. */
  learn(data: string, content: string): void {
    if (this.#prefix !== undefined || this.#attempts >= MOST_ATTEMPTS || content === '') return;
    this.#attempts += 1;
    const literal = JSON.stringify(content);
    const at = data.indexOf(`:${literal}`);
    if (at === -1) return;
    const prefix = data.slice(0, at + 1);
    const suffix = data.slice(at + 1 + literal.length);
    // The same text may stand elsewhere too: another in its place shows whether it is the content.
    if (contentOf(`${prefix}"${PROBE}"${suffix}`) !== PROBE) return;
    this.#prefix = prefix;
    this.#suffix = suffix;
  }

  /** The content as a JSON literal, or undefined when the frame has to be parsed. */
  contentJsonOf(data: string): string | undefined {
    const prefix = this.#prefix;
    if (prefix === undefined) return undefined;
    const end = data.length - this.#suffix.length;
    const fits = end - prefix.length >= 2 && data.startsWith(prefix) && data.endsWith(this.#suffix);
    if (!fits) return undefined;
    const literal = data.slice(prefix.length, end);
    const quoted = literal.startsWith('"') && literal.endsWith('"');
    return quoted && !NOT_PLAIN.test(literal.slice(1, -1)) ? literal : undefined;
  }
}

const PROBE = 'a text that no model says';

function contentOf(data: string): unknown {
  try {
    const { choices } = JSON.parse(data) as { choices?: { delta?: { content?: unknown } }[] };
    return choices?.[0]?.delta?.content;
  } catch {
    return undefined;
  }
}
