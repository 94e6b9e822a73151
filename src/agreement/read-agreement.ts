import { type Fault } from '../shared/fault.ts';
import { parseYaml, schemaFaults } from '../shared/yaml-file.ts';
import { agreementHash } from './agreement-hash.ts';
import { agreementSchema } from './agreement-schema.ts';
import { type Agreement } from './agreement.ts';
import { crossFaults } from './cross-checks.ts';

/** An agreement that was read, or every reason why it was not, in order of line. */
export interface AgreementReading {
  /** Frozen to its leaves; undefined where there is a fault. */
  readonly agreement: Agreement | undefined;
  readonly faults: readonly Fault[];
}

/** The latest readings by file and text, oldest first: one command reads the agreements several times. */
const known = new Map<string, AgreementReading>();
const KEPT = 16;

/**
 * Reads the text of one agreement file. Nothing is repaired or filled in: a file is wholly right or refused.
 * @param file name to show in faults
 * @returns faults with codes `YAML_INVALID` or `AGREEMENT_*`; `protocols/README.md` lists them
 */
export function readAgreement(file: string, text: string): AgreementReading {
  const asked = `${file}\0${text}`;
  const reading = known.get(asked) ?? readText(file, text);
  known.delete(asked);
  known.set(asked, reading);
  for (const oldest of known.keys()) if (known.size > KEPT) known.delete(oldest);
  return reading;
}

function readText(file: string, text: string): AgreementReading {
  const yaml = parseYaml(file, text);
  if (yaml.content === undefined) return { agreement: undefined, faults: yaml.faults };
  const parsed = agreementSchema.safeParse(yaml.content);
  const schema = parsed.success ? [] : schemaFaults(yaml, parsed.error, 'AGREEMENT');
  const faults = [...yaml.faults, ...schema, ...crossFaults(yaml)].sort((a, b) => a.line - b.line);
  if (!parsed.success || faults.length > 0) return { agreement: undefined, faults };
  return { agreement: freeze({ ...parsed.data, hash: agreementHash(yaml.content) }), faults };
}

function freeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.values(value).forEach(freeze);
  return Object.freeze(value);
}
