import { parentPort } from 'node:worker_threads';
import { countTokens } from './count-tokens.ts';
import { FairQueue } from './fair-queue.ts';
import { loadVocabulary } from './vocabulary.ts';

// Node runs this file as it is, by stripping its types, when it is started from source. So neither
// it nor what it imports may use decorators, enums or parameter properties.

export interface CountRequest {
  readonly id: number;
  readonly texts: readonly string[];
}

export interface CountReply {
  readonly id: number;
  /** One per text. */
  readonly counts: readonly number[];
}

const vocabulary = loadVocabulary();
const queue = new FairQueue<number[]>();

parentPort?.on('message', ({ id, texts }: CountRequest) => {
  queue.add({
    size: texts.reduce((total, text) => total + text.length, 0),
    work: countTokens(vocabulary, texts),
    done: (counts) => parentPort?.postMessage({ id, counts } satisfies CountReply),
  });
});
