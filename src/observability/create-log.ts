import { pino, type DestinationStream, type Logger } from 'pino';
import type { Config } from '../config/config.ts';
import { maskKeyTexts } from '../config/mask-key-texts.ts';

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
  // A line that is being written holds nobody up, and those that come meanwhile go with one call.
  // What has not been written is written when the process exits, by whatever way it does.
  return pino(options, destination ?? pino.destination({ dest: 1, sync: false }));
}

/** As it stands inside a JSON string; twice for JSON that is quoted in a message. */
function escape(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}
