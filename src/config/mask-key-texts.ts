const KEY_TEXT = /(sk-poe-[a-z0-9]{12}-)[\w-]{43}/g;

/** The text without the secrets of callers' keys, known or not, in the form that this gateway makes. */
export function maskKeyTexts(text: string): string {
  return text.includes('sk-poe-') ? text.replaceAll(KEY_TEXT, '$1[redacted]') : text;
}
