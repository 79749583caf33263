/** What stands where text was taken out, so that reader and model see that something is missing. */
export const GAP = '\n\n[… shortened by the gateway to fit its token cap …]\n\n';

/**
 * The beginning and the end of `text`, `length` UTF-16 units of it, with a visible gap between
 * them. Never splits a surrogate pair.
 */
export function shortenText(text: string, length: number): string {
  if (length >= text.length) return text;
  const half = Math.max(0, length) / 2;
  let head = Math.ceil(half);
  let tail = text.length - Math.floor(half);
  if (isLowSurrogate(text, head)) head -= 1;
  if (isLowSurrogate(text, tail)) tail += 1;
  return text.slice(0, head) + GAP + text.slice(tail);
}

function isLowSurrogate(text: string, index: number): boolean {
  const unit = text.charCodeAt(index);
  return unit >= 0xdc00 && unit <= 0xdfff;
}
