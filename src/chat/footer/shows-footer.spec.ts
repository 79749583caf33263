import { expect, it } from 'vitest';
import { MODALITIES } from '../../models/registered-model.ts';
import { FINISH_REASONS } from '../chat-chunk.ts';
import { showsFooter } from './shows-footer.ts';

const MODES = ['auto', 'always', 'never'] as const;
const WISHES = ['on', 'off', undefined, '', 'ON', 'true', ['on']];

/** Every kind of answer with every setting. */
const TABLE = MODES.flatMap((mode) =>
  WISHES.flatMap((wish) =>
    MODALITIES.flatMap((modality) =>
      FINISH_REASONS.flatMap((finishReason) =>
        [true, false].map((wantsJson) => ({
          mode,
          wish,
          kind: { modality, finishReason, wantsJson },
        })),
      ),
    ),
  ),
);

type Row = (typeof TABLE)[number];

const callsTools = ({ kind }: Row) => ['tool_calls', 'function_call'].includes(kind.finishReason);
const saysNothing = ({ wish }: Row) => wish !== 'on' && wish !== 'off';
const isPlainText = ({ kind }: Row) => kind.modality === 'text' && !kind.wantsJson;

it.each<[string, (row: Row) => boolean, (row: Row) => boolean]>([
  ['never after tool calls', callsTools, () => false],
  ['if asked for', (row) => !callsTools(row) && row.wish === 'on', () => true],
  ['not if not wanted', (row) => row.wish === 'off', () => false],
  [
    'with `always`',
    (row) => !callsTools(row) && saysNothing(row) && row.mode === 'always',
    () => true,
  ],
  ['not with `never`', (row) => saysNothing(row) && row.mode === 'never', () => false],
  [
    'with `auto` under plain text only',
    (row) => !callsTools(row) && saysNothing(row) && row.mode === 'auto',
    isPlainText,
  ],
])('shows a footer %s', (_, concerned, expected) => {
  const rows = TABLE.filter(concerned);
  expect(rows).not.toEqual([]);
  for (const row of rows) {
    const { mode, wish, kind } = row;
    expect({ ...row, shows: showsFooter(mode, [wish], kind) }).toEqual({
      ...row,
      shows: expected(row),
    });
  }
});

it.each([
  [['on', 'off'], true],
  [['off', 'on'], false],
  [[undefined, 'on'], true],
  [['maybe', 'off'], false],
])('lets the first clear word of %j decide', (wishes, shows) => {
  const mode = shows ? 'never' : 'always';
  const kind = { modality: 'text', finishReason: 'stop', wantsJson: false } as const;
  expect(showsFooter(mode, wishes, kind)).toBe(shows);
});
