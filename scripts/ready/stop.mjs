/** A sentence for the person who started the script; nothing else is wrong with the program. */
export class Stop extends Error {}

/** Runs the script; a Stop prints its sentence and ends with its code. */
export async function orStop(work, code = 2) {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    process.stderr.write(`gecit: ${error.message}\n`);
    process.exit(code);
  }
}
