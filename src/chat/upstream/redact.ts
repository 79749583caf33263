/**
 * What upstreams repeat of the request, or name it by in their own logs. Keys and ids are told from
 * ordinary words ("Bearer token", "request id is missing") by having a digit.
 */
const SECRETS: readonly [RegExp, string][] = [
  [/\b(Bearer)\s+(?=\S*\d)[^\s"'`,;)]+/gi, '$1 …'],
  [/\bsk-(?=[\w*-]*\d)[\w*-]+/g, '…'],
  [/\breq[_-](?=[\w-]*\d)[\w-]+/g, '…'],
  [/\b(request[ _-]?id)(["'\\ :=]+)(?=[\w-]*\d)[\w-]+/gi, '$1$2…'],
];

/** `text` without keys and inner request ids: it is going to strangers. */
export function redact(text: string): string {
  return SECRETS.reduce((clean, [secret, instead]) => clean.replace(secret, instead), text);
}
