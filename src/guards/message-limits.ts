/** Longer conversations are made to hurt: nothing is computed for them. */
export const MOST_MESSAGES = 4096;
export const MOST_PARTS = 16_384;

/**
 * Why `messages` is too much to look at, or undefined. Total over any JSON, and as fast as the
 * limits are low: guards ask before anything has been validated.
 */
export function exceedsLimits(messages: readonly unknown[]): string | undefined {
  if (messages.length > MOST_MESSAGES) {
    return `messages has ${messages.length} entries; at most ${MOST_MESSAGES} are taken`;
  }
  let parts = 0;
  for (const message of messages) {
    const content = (message as { content?: unknown } | null | undefined)?.content;
    if (Array.isArray(content)) parts += content.length;
  }
  if (parts <= MOST_PARTS) return undefined;
  return `messages have ${parts} content parts together; at most ${MOST_PARTS} are taken`;
}
