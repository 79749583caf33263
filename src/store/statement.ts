/** SQL and its values: text, whole numbers and null are what both databases take. */
export interface Statement {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}
