import { type Command } from 'commander';
import { type Agreement } from '../agreement/agreement.ts';
import { verifyLog } from '../audit/verify-log.ts';
import { type Administration } from '../gateway/administration.ts';
import { addCommand, type CommandContext, does } from './command.ts';
import { type CommandPorts } from './command-ports.ts';
import { type DemoStage } from './demo-stage.ts';
import { DEMO_STEPS } from './demo-steps.ts';
import { auditText, loggedLeaves, proofText, type StepResult, stepText } from './demo-text.ts';
import { initialiseGateway } from './init.ts';
import { type Answer, type Problem } from './partner-client.ts';
import { withAdministration } from './perform.ts';
import { readRealm } from './realm-file.ts';
import { type ExitCode, outJson, outLines, tell } from './shell.ts';
import { inTemporaryFolder } from './temporary-folder.ts';

/**
 * The product in the demo realm with data, certificates, logs and keys in an empty folder of its own, agreements as
 * installed, and every port free, so that it stands beside a running gateway.
 */
export type DemoPorts = (folder: string) => CommandPorts;

/** `gecit demo`: a walk through what the gateway gives and refuses. Exit code 1 when a step is not as expected. */
export function demoCommand(portsIn: DemoPorts): (program: Command, context: CommandContext) => void {
  return (program, context) => {
    const command = addCommand(program, context, {
      usage: 'demo',
      summary: {
        tr: 'geçici bir geçitte örnek sorguları gezdirir, günlüğü doğrular',
        en: 'walks through sample queries on a gateway of its own and verifies the log',
      },
      examples: ['demo', 'demo --json'],
    });
    does(command, context, async ({ json }) =>
      inTemporaryFolder('gecit-demo-', async (folder) =>
        walk({ ...context, ports: portsIn(folder) }, json === true),
      ),
    );
  };
}

async function walk(context: CommandContext, json: boolean): Promise<ExitCode> {
  const { shell, ports } = context;
  if (!json) shell.out(tell(shell, PREPARING));
  await initialiseGateway(context, {});
  const gateway = await ports.startGateway();
  try {
    const stages = await import('./demo-stage.ts');
    const realm = { ...readRealm(ports.place().folders.data), partnerUrl: gateway.partnerUrl };
    return await withAdministration(context, async (administration) => {
      const results: StepResult[] = [];
      for await (const result of playAll(
        new stages.DemoStage(realm, ports.clock),
        administration.agreements,
      )) {
        results.push(result);
        if (!json) outLines(shell, stepText(shell, results.length, result, administration.agreements));
      }
      return report(context, results, administration, json);
    });
  } finally {
    await gateway.close();
  }
}

async function* playAll(stage: DemoStage, agreements: readonly Agreement[]): AsyncGenerator<StepResult> {
  try {
    for (const step of DEMO_STEPS) {
      const reply = await step.play(stage);
      const code = reply.kind === 'answer' ? reply.body.outcome : reply.code;
      const { asked } = stage;
      yield {
        step,
        asked,
        reply,
        code,
        asExpected: code === step.expected && holdsAgreedFields(reply, agreements),
      };
    }
  } finally {
    stage.close();
  }
}

/** An answer holds the fields of its operation: all of them, and no other. */
function holdsAgreedFields(reply: Answer | Problem, agreements: readonly Agreement[]): boolean {
  if (reply.kind === 'problem' || reply.body.data === null) return true;
  const agreement = agreements.find(({ id }) => id === reply.body.agreement.id);
  const agreed = agreement?.operations[0]?.output.map(({ id }) => id) ?? [];
  return Object.keys(reply.body.data).sort().join() === [...agreed].sort().join();
}

function report(
  { shell, ports }: CommandContext,
  results: readonly StepResult[],
  administration: Administration,
  json: boolean,
): ExitCode {
  const proof = verifyLog(administration.log, ports.clock.now());
  const leaves = loggedLeaves(administration.log);
  const good = proof.verdict === 'sound' && results.every(({ asExpected }) => asExpected);
  if (json) {
    const steps = results.map(({ step, code, asExpected }) => ({ ...step, code, asExpected }));
    outJson(shell, { steps, log: { verdict: proof.verdict, size: proof.size }, leaves });
  } else {
    outLines(shell, [
      ...proofText(shell, proof),
      ...auditText(shell, leaves),
      '',
      tell(shell, good ? GOOD : BAD),
    ]);
  }
  return good ? 0 : 1;
}

const PREPARING = {
  tr: 'Geçici bir klasörde kurgusal kişilerle bir geçit açılıyor…',
  en: 'Opening a gateway with fictional people in a temporary folder…',
};
const GOOD = { tr: 'Her adım beklendiği gibi.', en: 'Every step was as expected.' };
const BAD = { tr: 'En az bir adım beklendiği gibi değil.', en: 'At least one step was not as expected.' };
