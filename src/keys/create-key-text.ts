import { randomBytes, randomInt } from 'node:crypto';
import { ID_LENGTH, PREFIX } from './parse-key-text.ts';
import { secretDigest } from './secret-digest.ts';

const ID_CHARACTERS = 'abcdefghijklmnopqrstuvwxyz0123456789';
const SECRET_BYTES = 32;

export interface NewKeyText {
  readonly id: string;
  /** For its user, once: nothing that is kept leads back to it. */
  readonly text: string;
  /** Hex, of the secret alone; `sha256:` goes before it in a keys file. */
  readonly digest: string;
}

/** A new key, or with `id` a new secret for that one. */
export function createKeyText(id = createId()): NewKeyText {
  const secret = randomBytes(SECRET_BYTES).toString('base64url');
  const digest = secretDigest(secret).toString('hex');
  return { id, text: `${PREFIX}${id}-${secret}`, digest };
}

function createId(): string {
  const pick = () => ID_CHARACTERS[randomInt(ID_CHARACTERS.length)];
  return Array.from({ length: ID_LENGTH }, pick).join('');
}
