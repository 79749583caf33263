/** `sk-poe-<public id>-<secret>`: so that people, and scanners of leaked secrets, know it for one. */
export const PREFIX = 'sk-poe-';
/** Of [a-z0-9]. */
export const ID_LENGTH = 12;
/** 32 random bytes as base64url. */
const SECRET_LENGTH = 43;
const SECRET_AT = PREFIX.length + ID_LENGTH + 1;

/** Its parts, of whatever has the form of a key's text; the characters are not looked at. */
export function parseKeyText(text: string): { id: string; secret: string } | undefined {
  if (text.length !== SECRET_AT + SECRET_LENGTH || !text.startsWith(PREFIX)) return undefined;
  if (text[SECRET_AT - 1] !== '-') return undefined;
  return { id: text.slice(PREFIX.length, SECRET_AT - 1), secret: text.slice(SECRET_AT) };
}
