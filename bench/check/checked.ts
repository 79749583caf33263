/** A figure of the gateway that must not slip back, told as a ratio to another contestant's. */
export interface Checked {
  readonly figure: string;
  readonly reference: string;
  readonly title: string;
  /** Says what else the machine did meanwhile; undefined where that hardly matters. */
  readonly foreign?: string;
}

/** CPU time, not requests a second: other work on the machine does not change it as much. */
export const CHECKED: readonly Checked[] = [
  {
    figure: 'json-us-32',
    reference: 'bare',
    title: 'CPU time per JSON request',
    foreign: 'foreign-cores-json',
  },
  {
    figure: 'frame-us-500',
    reference: 'bare',
    title: 'CPU time per frame, 500 streams',
    foreign: 'foreign-cores-500',
  },
  { figure: 'stream-kb-500', reference: 'bare', title: 'memory per open stream' },
  { figure: 'idle-mb', reference: 'nest', title: 'memory when idle' },
  { figure: 'conversation-kept-ms', reference: 'bare-parse', title: 'conversation under its cap' },
  { figure: 'conversation-clipped-ms', reference: 'bare-parse', title: 'conversation, clipped' },
];
