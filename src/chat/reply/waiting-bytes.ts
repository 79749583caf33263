import { Injectable } from '@nestjs/common';

/** All frames that wait for slow readers, together: an eighth of a 512 MB pod. */
const MOST_BYTES = 64 * 1024 * 1024;

/** Counts what the open streams hold back for their readers, so that many cannot fill the memory. */
@Injectable()
export class WaitingBytes {
  #total = 0;

  change(by: number): void {
    this.#total += by;
  }

  get tooMany(): boolean {
    return this.#total > MOST_BYTES;
  }
}
