import { isatty } from 'node:tty';
import colours from 'picocolors';
import { plainShell } from './plain-shell.ts';
import { type Shell } from './shell.ts';
import { readSecretLine } from './read-secret-line.ts';

/** File descriptor. A pipe's `isTTY` is undefined, from which picocolors would conclude by the environment. */
const STDOUT = 1;

/** The terminal of this process. Colour only where the stream is one. */
export function terminalShell(language: 'tr' | 'en', colour: boolean): Shell {
  return {
    ...plainShell(language),
    colours: colours.createColors(colour && isatty(STDOUT)),
    readSecret: async (question) => readSecretLine(question[language]),
  };
}
