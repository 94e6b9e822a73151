import { type ActReceipt } from '../gateway/administration.ts';
import { type Sentence } from '../shared/problem.ts';
import { type OutputFlags } from './run-command.ts';
import { type ExitCode, outJson, type Shell, tell } from './shell.ts';

/** Says that an act was done and where its record stands. */
export function reportAct(shell: Shell, flags: OutputFlags, receipt: ActReceipt, done: Sentence): ExitCode {
  const place = `${receipt.origin} #${String(receipt.index)}`;
  if (flags.json === true) outJson(shell, { done: done.en, ...receipt });
  else shell.out(`${tell(shell, done)} ${tell(shell, { tr: `Kayıt: ${place}`, en: `Record: ${place}` })}`);
  return 0;
}
