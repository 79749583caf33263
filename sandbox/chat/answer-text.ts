import type { Purpose, SeededRandom } from '../random.ts';
import type { Piece } from './tokens.ts';

const WORDS =
  'the a this that each every answer prompt model token point ledger balance stream frame client server request reply message price cost budget limit counter bucket window second minute shows keeps counts sends waits reads writes ends begins follows holds with from into after before under over without small large steady quiet exact simple early late plain whole again only never often today first'.split(
    ' ',
  );

const WORDS_PER_SENTENCE = 9;

/** Sentences of words that mean nothing, one token a word: exactly as many as asked for. */
export function answerText(random: SeededRandom, tokens: number, ...purpose: Purpose): Piece[] {
  const offset = random.integer(0, WORDS.length - 1, 'first word', ...purpose);
  // A step that shares no factor with the number of words visits them all before it repeats.
  const step = random.integer(1, WORDS.length - 2, 'step', ...purpose) | 1;
  return Array.from({ length: tokens }, (_, index) => {
    const word = WORDS[(offset + index * step) % WORDS.length] ?? 'the';
    const isFirst = index % WORDS_PER_SENTENCE === 0;
    const isLast = index % WORDS_PER_SENTENCE === WORDS_PER_SENTENCE - 1 || index === tokens - 1;
    const cased = isFirst ? word.charAt(0).toUpperCase() + word.slice(1) : word;
    return { text: `${index === 0 ? '' : ' '}${cased}${isLast ? '.' : ''}`, tokens: 1 };
  });
}
