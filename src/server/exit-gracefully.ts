import type { Logger } from 'pino';

const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

interface Options {
  /** Serves out what runs; called once. */
  readonly close: () => Promise<void>;
  readonly log: Pick<Logger, 'error' | 'fatal'>;
  /** When this is over the drain hangs, and nobody else would end the process. */
  readonly limitMs: number;
  readonly host?: Pick<NodeJS.Process, 'on' | 'exit'>;
}

/**
 * Ends the process in order: with 0 after a signal, with 1 after an error that nobody caught. Either
 * drains; more of them while it drains are told apart by the exit code only.
 */
export function exitGracefully({ close, log, limitMs, host = process }: Options): void {
  let exitCode = 0;
  let isLeaving = false;
  const leave = () => {
    // Terminals and npm both pass on Ctrl-C: a second signal is no wish for haste.
    if (isLeaving) return;
    isLeaving = true;
    setTimeout(() => {
      log.fatal({}, 'the drain hangs: exiting');
      host.exit(1);
    }, limitMs);
    close().then(
      () => host.exit(exitCode),
      (error: unknown) => {
        log.error({ err: error }, 'the shutdown failed');
        host.exit(1);
      },
    );
  };
  const fail = (event: string) => (thrown: unknown) => {
    exitCode = 1;
    log.fatal({ err: toError(thrown), event }, 'uncaught error: draining');
    leave();
  };
  for (const signal of SIGNALS) host.on(signal, leave);
  host.on('uncaughtException', fail('uncaughtException'));
  host.on('unhandledRejection', fail('unhandledRejection'));
}

/** Of an object that is no error only the kind is told: it may hold a prompt. */
function toError(thrown: unknown): Error {
  if (thrown instanceof Error) return thrown;
  return new Error(typeof thrown === 'string' ? thrown : `not an error but: ${typeof thrown}`);
}
