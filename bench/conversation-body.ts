import { NUMBER_HERE } from './driver/sequence.ts';

const MESSAGES = 400;
/** Of o200k_base, all messages together. */
export const CONVERSATION_TOKENS = 200_000;
/** What the sentences below come to, measured with that encoding. */
const CHARACTERS_PER_TOKEN = 4.75;
const SENTENCES = [
  'The service kept its connections open, although nobody had asked for anything since noon.',
  'We should measure how long a request waits before we change the size of the pool.',
  'In the log there are three lines a second, and none of them says which of the replicas wrote it.',
  'Try the smaller change first, because the larger one cannot be taken back once clients rely on it.',
  'Our budget for this quarter would allow another machine, but not two.',
  'Whoever reads the table at night sees other figures than those who read it in the morning.',
  'That the queue is empty does not mean that there is nothing left to do.',
  'A short answer would be better here than a complete one.',
];

/** A request whose earlier turns are always the same and whose last one has a number. */
export function conversationBody(model: string): string {
  const length = Math.round((CONVERSATION_TOKENS / MESSAGES) * CHARACTERS_PER_TOKEN);
  const messages = Array.from({ length: MESSAGES }, (_, turn) => ({
    role: turn % 2 === 0 ? 'user' : 'assistant',
    content: textOf(turn, length),
  }));
  messages.push({ role: 'user', content: `And what of number ${NUMBER_HERE}` });
  return JSON.stringify({ model, messages, stream: false });
}

/** The same for the same turn, and another for every other. */
function textOf(turn: number, length: number): string {
  let text = `${turn}.`;
  for (let next = turn; text.length < length; next = next * 5 + 3 + turn) {
    text += ` ${SENTENCES[next % SENTENCES.length] ?? ''}`;
    next %= 1000;
  }
  return text;
}
