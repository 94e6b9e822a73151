import { type Agreement } from '../agreement/agreement.ts';
import { type LogReader } from '../audit/audit-log.ts';
import { decodeLeaf, type Leaf } from '../audit/leaf.ts';
import { type Verification } from '../audit/verify-log.ts';
import { columns } from './columns.ts';
import { type DemoStage } from './demo-stage.ts';
import { type DemoStep } from './demo-steps.ts';
import { type Answer, type Problem } from './partner-client.ts';
import { answerText } from './query-text.ts';
import { type Shell, tell } from './shell.ts';

/** What came of one step. */
export interface StepResult {
  readonly step: DemoStep;
  readonly asked: DemoStage['asked'];
  readonly reply: Answer | Problem;
  readonly code: string;
  readonly asExpected: boolean;
}

export interface LoggedLeaf extends Leaf {
  readonly index: number;
}

/** One step: what is asked, what came, and whether that was expected. */
export function stepText(
  shell: Shell,
  place: number,
  result: StepResult,
  agreements: readonly Agreement[],
): string[] {
  const { step, reply, code, asExpected } = result;
  const { bold, dim, green, red } = shell.colours;
  const came = code === step.expected ? bold(code) : red(code);
  const verdict = asExpected ? green('✓') : red('✗');
  const expected = tell(shell, { tr: 'beklenen', en: 'expected' });
  return [
    '',
    bold(`${String(place)}. ${tell(shell, step.title)}`),
    `   ${dim(askedText(result.asked))}`,
    ...detailText(shell, reply, agreements).map((line) => `   ${line}`),
    `   ${verdict} ${came} ${dim(`${expected}: ${step.expected}`)}`,
  ];
}

/** Who asked for what; the identity number is left out. */
function askedText(asked: DemoStage['asked']): string {
  if (asked === undefined) return '';
  const { agreement, operation, purpose = '–', caseReference = '–' } = asked.question;
  return `${asked.clientId} → ${agreement}/${operation}, ${purpose}, ${caseReference}`;
}

function detailText(shell: Shell, reply: Answer | Problem, agreements: readonly Agreement[]): string[] {
  if (reply.kind === 'problem') {
    const members = reply.errors.map((error) => `${error.pointer}: ${tell(shell, error.messages)}`);
    return [tell(shell, reply.messages), ...members];
  }
  const agreement = agreements.find(({ id }) => id === reply.body.agreement.id);
  return answerText(shell, reply, agreement?.operations[0]);
}

/** Whether the log holds. */
export function proofText(shell: Shell, proof: Verification): string[] {
  const sound = proof.verdict === 'sound';
  const mark = sound ? shell.colours.green('✓') : shell.colours.red('✗');
  const leaves = tell(shell, { tr: 'kayıt', en: 'leaves' });
  return [
    '',
    shell.colours.bold(tell(shell, { tr: 'Günlük doğrulanır', en: 'The log is verified' })),
    `   ${mark} ${tell(shell, proof.reason)}`,
    `   ${String(proof.size)} ${leaves}, ${proof.root.toString('hex')}`,
  ];
}

/** The log as an auditor sees it: catalogue values, no person. */
export function auditText(shell: Shell, leaves: readonly LoggedLeaf[]): string[] {
  const head = tell(shell, HEAD).split('|');
  const rows = leaves.map((leaf) => [
    String(leaf.index),
    leaf.time,
    leaf.type,
    leaf.agency ?? '–',
    leaf.operation ?? '–',
    leaf.purpose ?? '–',
    leaf.action ?? leaf.code ?? leaf.outcome ?? '–',
    leaf.personal === null ? '–' : tell(shell, { tr: 'mühürlü', en: 'sealed' }),
  ]);
  const [title = '', ...lines] = columns([head, ...rows]);
  return [
    '',
    shell.colours.bold(tell(shell, { tr: 'Denetçinin gördüğü', en: 'What the auditor sees' })),
    shell.colours.dim(`   ${title}`),
    ...lines.map((line) => `   ${line}`),
    `   ${shell.colours.dim(tell(shell, SEALED))}`,
  ];
}

export function loggedLeaves(log: LogReader): LoggedLeaf[] {
  return Array.from(log.leaves(), ({ index, bytes }) => ({ ...decodeLeaf(bytes), index }));
}

const HEAD = {
  tr: 'sıra|zaman|tür|kurum|işlem|amaç|sonuç|kişi',
  en: 'index|time|type|agency|operation|purpose|result|person',
};
const SEALED = {
  tr: 'Kim, kimi, hangi dosya için: şifreli bölümdedir; gecit audit show açar ve bu okuma da kaydedilir.',
  en: 'Who asked about whom for which case is sealed; gecit audit show opens it, and that reading is recorded too.',
};
