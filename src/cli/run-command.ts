import { type Fault, FaultsError } from '../shared/fault.ts';
import { GatewayError, type Sentence } from '../shared/problem.ts';
import { PROBLEM_MESSAGES } from '../shared/problem-messages.ts';
import { IncompleteError, UsageError } from './command-error.ts';
import { type ExitCode, type Shell, tell } from './shell.ts';

export interface OutputFlags {
  readonly json?: boolean;
  readonly debug?: boolean;
}

/** Runs a command and turns whatever it throws into sentences on stderr and an exit code. */
export async function runCommand(
  shell: Shell,
  flags: OutputFlags,
  work: () => Promise<ExitCode>,
): Promise<ExitCode> {
  try {
    return await work();
  } catch (thrown) {
    shell.progress('');
    return report(shell, flags, thrown);
  }
}

function report(shell: Shell, flags: OutputFlags, thrown: unknown): ExitCode {
  if (thrown instanceof FaultsError) return reportFaults(shell, flags, thrown);
  const { code, messages } = describeThrown(thrown);
  if (flags.json === true) shell.err(JSON.stringify({ code, messages }));
  else shell.err(`gecit: ${tell(shell, messages)}`);
  if (flags.debug === true) shell.err(stackOf(thrown));
  if (thrown instanceof UsageError) return 2;
  return thrown instanceof IncompleteError ? 3 : 1;
}

function reportFaults(shell: Shell, flags: OutputFlags, { faults, stack }: FaultsError): ExitCode {
  if (flags.json === true) shell.err(JSON.stringify({ code: 'FAULTS', faults }));
  else for (const fault of faults) shell.err(faultLine(shell, fault));
  if (flags.debug === true) shell.err(stack ?? '');
  return 2;
}

/** `file:line key: what is wrong. What to do about it. [CODE]` */
export function faultLine(shell: Shell, fault: Fault): string {
  const place = fault.line > 0 ? `${fault.file}:${String(fault.line)}` : fault.file;
  const key = fault.key === '' ? '' : ` ${fault.key}`;
  return `${place}${key}: ${tell(shell, fault.message)}. ${tell(shell, fault.remedy)} [${fault.code}]`;
}

/** Code and both sentences for whatever was thrown. */
export function describeThrown(thrown: unknown): { code: string; messages: Sentence } {
  if (thrown instanceof GatewayError) return { code: thrown.code, messages: PROBLEM_MESSAGES[thrown.code] };
  if (thrown instanceof Error && hasMessages(thrown)) return { code: thrown.name, messages: thrown.messages };
  return { code: 'UNEXPECTED', messages: UNEXPECTED };
}

/** Errors of every folder may carry their own two sentences. */
function hasMessages(error: Error): error is Error & { readonly messages: Sentence } {
  const messages: unknown = 'messages' in error ? error.messages : undefined;
  return typeof messages === 'object' && messages !== null && 'tr' in messages && 'en' in messages;
}

function stackOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  const stack = thrown.stack ?? thrown.message;
  return thrown.cause === undefined ? stack : `${stack}\n${stackOf(thrown.cause)}`;
}

const UNEXPECTED: Sentence = {
  tr: 'Beklenmeyen bir hata oluştu. Ayrıntı için komutu --debug ile yeniden çalıştırın.',
  en: 'An unexpected error occurred. Run the command again with --debug for details.',
};
