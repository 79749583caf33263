import fc from 'fast-check';

/** What texts may be made of that is apt to be mistaken for something else, or cut. */
export const anyCharacter = fc.constantFrom(
  ...Array.from('ab é😀\uFEFF\u2028\u0000\r\n"\'`\\/:,{}[]-_='),
);
