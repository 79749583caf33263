import type fc from 'fast-check';
import type { Corpus } from './corpus.ts';

/** Code that meets the bytes of strangers, and what must hold whatever these are. */
export interface FuzzTarget {
  readonly name: string;
  readonly property: (corpus: Corpus) => fc.IRawProperty<unknown>;
}
