import { createKeyText } from './keys/create-key-text.ts';

/**
 * `npm run create-key -- [id]`: a new key, or a new secret for the key with that id. The key goes
 * to its user, the rest into KEYS_FILE.
 */
const [id] = process.argv.slice(2);
if (id !== undefined && !/^[a-z0-9]{12}$/.test(id)) {
  console.error('An id has 12 letters (a to z) and digits, such as k3x9q0w7e2ab.');
  process.exitCode = 1;
} else {
  const key = createKeyText(id);
  console.log(`${key.text}\n\nkeys:\n  - id: ${key.id}\n    digest: sha256:${key.digest}`);
}
