/** Names the place of a key: the file with its line, or the variable that set it. */
export type Locate = (path: readonly (string | number)[]) => {
  readonly file: string;
  readonly line: number;
  readonly key: string;
};
