import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { UsageError } from './command-error.ts';

/** Lines of standard input that came together with one that was asked for. */
const waiting: string[] = [];

/**
 * Reads one line that must not stand in a command line: the next line of standard input, or what the person types,
 * which the terminal does not show.
 * @throws UsageError when input ends, or the person gives up, before a line was read
 */
export async function readSecretLine(question: string): Promise<string> {
  const next = waiting.shift();
  if (next !== undefined) return next;
  const input = process.stdin;
  const silent = new Writable({
    write: (_chunk, _encoding, done) => {
      done();
    },
  });
  if (input.isTTY) process.stderr.write(`${question}: `);
  const lines = createInterface({ input, output: silent, terminal: input.isTTY });
  try {
    return await new Promise<string>((resolve, reject) => {
      let answered = false;
      lines.on('line', (line) => {
        if (answered) waiting.push(line.trim());
        answered = true;
        resolve(line.trim());
      });
      lines.once('close', () => {
        reject(new UsageError(NO_LINE));
      });
    });
  } finally {
    lines.close();
    if (input.isTTY) process.stderr.write('\n');
  }
}

const NO_LINE = {
  tr: 'Standart girdide beklenen satır yok. Değeri girdi olarak verin veya sorulduğunda yazın.',
  en: 'Standard input holds no line. Pipe the value in or type it when asked.',
};
