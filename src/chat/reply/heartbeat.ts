import type { StreamConfig } from '../../config/config.ts';

/** Calls `beat` after each silence of so many ms, until `stop`. */
export class Heartbeat {
  readonly #silenceMs: number;
  readonly #beat: () => void;
  #timer: NodeJS.Timeout | undefined;
  /** Ms of `performance.now()`. */
  #sentAt = performance.now();

  constructor({ heartbeatMs, heartbeatStyle }: StreamConfig, beat: () => void) {
    this.#silenceMs = heartbeatMs;
    this.#beat = beat;
    if (heartbeatStyle !== 'off') this.#timer = setTimeout(this.#look, heartbeatMs);
  }

  /** Something was sent. To note the time is cheap, to move a timer with every frame is not. */
  sent(): void {
    this.#sentAt = performance.now();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  readonly #look = (): void => {
    const now = performance.now();
    // Timers may fire a fraction of a millisecond early.
    const isSilent = this.#sentAt + this.#silenceMs - now < 1;
    if (isSilent) this.#sentAt = now;
    this.#timer = setTimeout(this.#look, this.#sentAt + this.#silenceMs - now);
    if (isSilent) this.#beat();
  };
}
