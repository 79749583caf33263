import { pino, type DestinationStream, type Logger } from 'pino';
import type { Config } from '../config/config.ts';
import { maskKeyTexts } from '../config/mask-key-texts.ts';

/** Characters that go out without waiting for more. */
const MOST_GATHERED = 15 * 1024;
const GATHER_MS = 10;

/**
 * JSON lines on stdout. Redaction works on the finished line, so that neither a configured secret
 * nor the text of a caller's key can pass in any field, nested error or stack, whatever a library
 * puts there.
 */
export function createLog(config: Config, destination?: DestinationStream): Logger {
  const secrets = [...config.poe.keys, ...config.auth.keys, ...config.admin.tokens]
    .map(({ secret }) => secret)
    .flatMap((secret) => [escape(escape(secret)), escape(secret)])
    // One may be the beginning of another, whose rest would stay.
    .sort((a, b) => b.length - a.length);
  const options = {
    level: config.log.level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    hooks: {
      streamWrite: (line: string) =>
        secrets.reduce((text, secret) => text.replaceAll(secret, '[redacted]'), maskKeyTexts(line)),
    },
  };
  return pino(options, destination ?? stdout());
}

/**
 * Lines that come within a few milliseconds are written with one call, which costs as much as a
 * dozen of them; nobody is held up by it. What has not been written is written when the
 * process exits, by whatever way it does.
 */
function stdout(): DestinationStream {
  const output = pino.destination({ dest: 1, sync: false, minLength: MOST_GATHERED });
  let flush: NodeJS.Timeout | undefined;
  return {
    write: (line) => {
      output.write(line);
      flush ??= setTimeout(() => {
        flush = undefined;
        output.flush();
      }, GATHER_MS).unref();
    },
  };
}

/** As it stands inside a JSON string; twice for JSON that is quoted in a message. */
function escape(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}
