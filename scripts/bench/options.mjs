import { readArguments } from './arguments.mjs';

const HELP = `npm run bench -- [options]

Measures, alternating, on this machine: the floor (Express with helmet and express-rate-limit), the limit (bare Node
with group-committed durable inserts) and the gateway with everything on; all over mutual TLS, all asked the same.
The last line is machine-readable. Fails when answers and disclosure records differ or an answer is not 200.

  --rounds N        rounds, at least 3 (3)
  --answers N       answers a round measures, of each server (6000)
  --warmup N        answers before each of them, not measured (2000)
  --connections N   connections kept open, each with one request under way (64)
  --against PATH    another version, built, in a folder of its own; takes turns with this one as "before"
  --folder PATH     where the databases stand; a disk, since durable writes are measured (data)
  --help            prints this

Beside it stand, each with a --help of its own:
  bench:rates        latency at fixed rates, and the rate from which it grows
  bench:connections  a thousand connections at once, and handshakes
  bench:steps        what each step of the pipeline takes, in process
  bench:growth       cost of an answer as records grow in number
  bench:memory       memory over a million queries
  bench:nodes        one gateway and two
  bench:append, bench:search, bench:verify   the audit log by itself
`;

/** What the command line asks for; `{ help: text }` when it asks for help. */
export function readOptions(args) {
  return readArguments(args, {
    help: HELP,
    numbers: {
      rounds: { least: 3, most: 100, usual: 3 },
      answers: { least: 100, most: 1_000_000, usual: 6_000 },
      warmup: { least: 0, most: 1_000_000, usual: 2_000 },
      connections: { least: 1, most: 1_000, usual: 64 },
    },
    texts: { folder: 'data', against: undefined },
  });
}
