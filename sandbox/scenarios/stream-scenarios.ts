import type { Scenario } from './scenario.ts';

/** What goes wrong, or only differently, after the status 200. */
export const STREAM_SCENARIOS: readonly Scenario[] = [
  { name: 'ok', description: 'An ordinary answer.' },
  {
    name: 'reasoning',
    description: 'Reasoning text before the answer, whatever the bot (`reasoning=` tokens).',
    answer: 'reasoning',
  },
  {
    name: 'empty-answer',
    description: 'A 200 with empty content and `finish_reason: "stop"`.',
    answer: 'empty',
  },
  {
    name: 'cut-mid-stream',
    description: 'The socket is destroyed after `frames=` content frames (JSON: half the body).',
    ending: { where: 'mid-answer', how: 'destroy' },
  },
  {
    name: 'cut-mid-json',
    description: "The socket is destroyed inside a frame's JSON (JSON: inside the body).",
    ending: { where: 'mid-frame', how: 'destroy' },
  },
  {
    name: 'silent-end',
    description: 'A clean end after some content, without `finish_reason` and `[DONE]`.',
    ending: { where: 'mid-answer', how: 'end' },
  },
  {
    name: 'silent-end-empty',
    description: 'A clean end after the role chunk, before any content (JSON: an empty body).',
    ending: { where: 'before-content', how: 'end', withRole: true },
  },
  {
    name: 'stall',
    description: 'Nothing more after `frames=` content frames; the socket stays open.',
    ending: { where: 'mid-answer', how: 'hang' },
  },
  {
    name: 'stall-before-headers',
    description: 'No answer at all; the socket stays open.',
    ending: { where: 'before-headers', how: 'hang' },
  },
  {
    name: 'stall-before-first-token',
    description: 'Response headers, then nothing; the socket stays open.',
    ending: { where: 'before-content', how: 'hang' },
  },
  {
    name: 'error-event',
    description: '`data: {"error":…}` after some content, then a clean end (JSON: as a 200 body).',
    ending: { where: 'mid-answer', how: 'error-data' },
  },
  {
    name: 'error-event-first',
    description: '`data: {"error":…}` as the first frame of a 200 (JSON: as a 200 body).',
    ending: { where: 'before-content', how: 'error-data' },
  },
  {
    name: 'event-error',
    description: '`event: error` with its data after some content (JSON: as a 200 body).',
    ending: { where: 'mid-answer', how: 'error-event' },
  },
  {
    name: 'malformed-frame',
    description:
      'One frame that is no JSON after the first content, or after `frames=` of it; the rest is as it should be.',
    framing: 'malformed-frame',
  },
  {
    name: 'usage-on-finish-chunk',
    description: 'Usage rides on the chunk with `finish_reason`, asked for or not.',
    framing: 'usage-on-finish-chunk',
  },
  {
    name: 'finish-without-usage',
    description: 'No usage anywhere, even if it was asked for.',
    framing: 'without-usage',
  },
  {
    name: 'tool-call-with-finish',
    description: 'The tool calls come whole, in the same chunk as `finish_reason`.',
    framing: 'tool-call-with-finish',
  },
  {
    name: 'missing-tool-index',
    description: 'Tool call deltas without `index`.',
    framing: 'missing-tool-index',
  },
  {
    name: 'no-done',
    description: '`finish_reason` and usage, then a clean end without `[DONE]`.',
    ending: { where: 'after-finish', how: 'end' },
  },
  {
    name: 'no-done-open',
    description: '`finish_reason` and usage, no `[DONE]`, and the connection stays open.',
    ending: { where: 'after-finish', how: 'hang' },
  },
  {
    name: 'role-in-first-content',
    description: 'The role comes in the first content chunk instead of in one of its own.',
    framing: 'role-in-first-content',
  },
  {
    name: 'giant-chunk',
    description: 'All frames in one write; `size=` makes one content frame of so many bytes.',
    framing: 'one-write',
  },
  {
    name: 'byte-by-byte',
    description: 'Each byte in a write of its own.',
    framing: 'byte-by-byte',
  },
  {
    name: 'crlf',
    description: 'Lines end with CR LF.',
    framing: 'crlf',
  },
  {
    name: 'comments',
    description: '`: ping` comments before and between the frames.',
    framing: 'comments',
  },
  {
    name: 'reset',
    description: 'The connection is reset (RST) before the response headers.',
    ending: { where: 'before-headers', how: 'reset' },
  },
  {
    name: 'reset-after-headers',
    description: 'The connection is reset (RST) after the response headers.',
    ending: { where: 'before-content', how: 'reset' },
  },
];
