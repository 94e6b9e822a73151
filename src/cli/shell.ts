import { type createColors } from 'picocolors';
import { type Sentence } from '../shared/problem.ts';

/** 0 done; 1 the answer is "no"; 2 usage or settings; 3 evidence incomplete. */
export type ExitCode = 0 | 1 | 2 | 3;

/** The person's terminal, as far as a command may use it. */
export interface Shell {
  readonly language: keyof Sentence;
  readonly colours: ReturnType<typeof createColors>;
  /** One line of the answer. */
  out(line: string): void;
  /** One line about the command itself. */
  err(line: string): void;
  /** Shows how far a long command is, where somebody is watching; an empty text removes the line. */
  progress(text: string): void;
  /** One line that must not stand in a command line: from standard input, or asked for without echo. */
  readSecret(question: Sentence): Promise<string>;
}

export function tell(shell: Shell, sentence: Sentence): string {
  return sentence[shell.language];
}

export function outLines(shell: Shell, lines: readonly string[]): void {
  for (const line of lines) shell.out(line);
}

export function outJson(shell: Shell, value: unknown): void {
  shell.out(JSON.stringify(value, null, 2));
}
