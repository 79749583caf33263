const HEAD = {
  id: 'chatcmpl-DALecoANfuzX6GAMpOBicn442N1VZ',
  created: 1_795_272_827,
  model: 'bench',
};
const FINGERPRINT = { system_fingerprint: 'fp_5b0cf3ea2d' };
const WORDS =
  'From keeps message model often steady holds minute request Answer only small begins window client each whole over writes counter stream this late before waits budget ledger the simple into counts price'.split(
    ' ',
  );
/** What the first content of every stream begins with, so that a client knows it when it comes. */
export const FIRST_WORD = 'First';

const usage = (promptTokens: number, completionTokens: number) => ({
  completion_tokens: completionTokens,
  prompt_tokens: promptTokens,
  total_tokens: promptTokens + completionTokens,
  completion_tokens_details: { reasoning_tokens: 0 },
  prompt_tokens_details: { cached_tokens: 0 },
});

function event(choices: object[], more: object = {}): string {
  const chunk = { ...HEAD, object: 'chat.completion.chunk', ...FINGERPRINT, choices, ...more };
  return `data: ${JSON.stringify(chunk)}\n\n`;
}

function delta(content: object, finishReason: string | null = null): string {
  return event([{ finish_reason: finishReason, index: 0, delta: content }]);
}

/** Bytes of a chunked HTTP body, so that a frame is one write of a buffer that is there already. */
export function httpChunk(text: string): Buffer {
  return Buffer.from(`${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`);
}

/** The chunks of Poe in its strict dialect, each of them ready for the wire. */
export const FRAMES = {
  /** Role, then the first word. */
  opening: httpChunk(delta({ role: 'assistant', content: '' }) + delta({ content: FIRST_WORD })),
  words: WORDS.map((word) => httpChunk(delta({ content: ` ${word}` }))),
};

/** Finish reason, usage and [DONE]. */
export function closing(completionTokens: number): Buffer {
  const last = event([], { usage: usage(57, completionTokens) });
  return httpChunk(`${delta({}, 'stop')}${last}data: [DONE]\n\n`);
}

/** A whole short stream, as one write. */
export function instantStream(words: number): Buffer {
  const frames = Array.from({ length: words }, (_, word) => FRAMES.words[word % WORDS.length]);
  return Buffer.concat([FRAMES.opening, ...(frames as Buffer[]), closing(words + 1)]);
}

export const COMPLETION = Buffer.from(
  JSON.stringify({
    ...HEAD,
    object: 'chat.completion',
    ...FINGERPRINT,
    choices: [
      {
        finish_reason: 'stop',
        index: 0,
        message: {
          content: `${FIRST_WORD} ${WORDS.join(' ')}.`,
          role: 'assistant',
          tool_calls: null,
          function_call: null,
          provider_specific_fields: { refusal: null },
          annotations: [],
        },
      },
    ],
    usage: usage(57, WORDS.length + 2),
    service_tier: 'default',
  }),
);
