import colours from 'picocolors';
import { type Shell } from './shell.ts';
import { readSecretLine } from './read-secret-line.ts';

/** The terminal of this process. Colour only where the stream is one. */
export function terminalShell(language: 'tr' | 'en', colour: boolean): Shell {
  let shown = false;
  return {
    language,
    colours: colours.createColors(colour && process.stdout.isTTY),
    out: (line) => {
      process.stdout.write(`${line}\n`);
    },
    err: (line) => {
      process.stderr.write(`${line}\n`);
    },
    progress: (text) => {
      if (!process.stderr.isTTY || (text === '' && !shown)) return;
      process.stderr.write(`\r\u001b[K${text}`);
      shown = text !== '';
    },
    readSecret: async (question) => readSecretLine(question[language]),
  };
}
