import { existsSync } from 'node:fs';
import colours from 'picocolors';
import { runProgram } from '../../src/cli/program.ts';
import { type Shell } from '../../src/cli/shell.ts';
import { productPorts } from '../../src/product-ports.ts';
import { type Finished, type GatewayPlace, ROOT } from './gateway-place.ts';
import { proveSecrecy } from './prove-secrecy.ts';

/** Variables of one command, beside those of its place. */
type Environment = Readonly<Record<string, string>>;

/** Runs one command of a place in this process: beside a gateway that runs, and at a fraction of what a process costs. */
export async function runHere(place: GatewayPlace, ...args: readonly string[]): Promise<Finished> {
  return runHereWith(place, {}, ...args);
}

/** The same with other variables. Nothing is faked but the terminal, and giving up the priority of the process. */
export async function runHereWith(
  place: GatewayPlace,
  environment: Environment,
  ...args: readonly string[]
): Promise<Finished> {
  const printed = { stdout: '', stderr: '' };
  const ports = productPorts({ ...place.environment, ...environment }, ROOT);
  const code = await runProgram(args, {
    shell: shellInto(printed),
    ports: { ...ports, stepAside: () => undefined },
    version: '0.0.0',
  });
  const opens = args[0] === 'audit' && args[1] === 'show';
  if (!opens && existsSync(place.path('data', 'demo.json')))
    proveSecrecy(printed.stdout + printed.stderr, place.access);
  return { code, signal: null, ...printed };
}

function shellInto(printed: { stdout: string; stderr: string }): Shell {
  return {
    language: 'en',
    colours: colours.createColors(false),
    out: (line) => void (printed.stdout += `${line}\n`),
    err: (line) => void (printed.stderr += `${line}\n`),
    progress: () => undefined,
    readSecret: async () => Promise.reject(new Error('nothing is typed here')),
  };
}
