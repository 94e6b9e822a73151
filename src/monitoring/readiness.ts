import { type Logger } from '../shared/logger.ts';
import { type Check, fail, type Finding } from './checks/check.ts';
import { InTime } from './checks/in-time.ts';

/** What all checks found. */
export interface Readiness {
  readonly ready: boolean;
  /** Names of the checks that failed, and of those that only warn. */
  readonly failed: readonly string[];
  readonly warned: readonly string[];
  readonly checks: Readonly<Record<string, CheckReport>>;
}

interface CheckReport {
  readonly status: 'ok' | 'warn' | 'fail';
  readonly findings: readonly Finding[];
}

const CHECK_MILLISECONDS = 2_000;

const TOO_LATE = {
  tr: 'Denetim zamanında sonuçlanmadı.',
  en: 'The check did not come to an end in time.',
};
const NOT_RUN = { tr: 'Denetim yapılamadı; günlük nedenini söyler.', en: 'The check could not be made; the log says why.' }; // prettier-ignore

/** Runs every check at once, each within two seconds. */
export class ReadinessChecks {
  readonly #checks: readonly { readonly name: string; readonly look: InTime<readonly Finding[]> }[];
  readonly #logger: Logger;

  constructor(checks: readonly Check[], logger: Logger, milliseconds: number = CHECK_MILLISECONDS) {
    this.#checks = checks.map((check) => ({
      name: check.name,
      look: new InTime(async () => check.look(), milliseconds),
    }));
    this.#logger = logger;
  }

  async look(): Promise<Readiness> {
    const found = await Promise.all(
      this.#checks.map(async ({ name, look }) => [name, reportOf(await this.#findings(name, look))] as const),
    );
    const named = (status: CheckReport['status']): string[] =>
      found.filter(([, report]) => report.status === status).map(([name]) => name);
    const failed = named('fail');
    return { ready: failed.length === 0, failed, warned: named('warn'), checks: Object.fromEntries(found) };
  }

  async #findings(name: string, look: InTime<readonly Finding[]>): Promise<readonly Finding[]> {
    try {
      return (await look.now()) ?? [fail('CHECK_TIMED_OUT', TOO_LATE)];
    } catch (cause) {
      this.#logger.error('ops.check-failed: what the operator asked could not be found out', { name, cause });
      return [fail('CHECK_FAILED', NOT_RUN)];
    }
  }
}

function reportOf(findings: readonly Finding[]): CheckReport {
  const levels = findings.map(({ level }) => level);
  const status = levels.includes('fail') ? 'fail' : levels.includes('warn') ? 'warn' : 'ok';
  return { status, findings };
}
