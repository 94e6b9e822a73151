import { type Command } from 'commander';
import { APPROVE } from '../privacy/destruction/approval.ts';
import { makePlan, planHash } from '../privacy/destruction/plan.ts';
import { type Administration, type SignedAct } from '../gateway/administration.ts';
import { newId } from './audit-hold.ts';
import { addCommand, addGroup, type CommandContext, does } from './command.ts';
import { listLines, planLines, stateOf, stepText } from './destroy-text.ts';
import { actingOperator, signAct, signedBy, type SigningOptions, withAdministration } from './perform.ts';
import { reportAct } from './report-act.ts';
import { outJson, outLines, tell } from './shell.ts';

export function registerAuditDestroy(group: Command, context: CommandContext): void {
  const destroy = addGroup(group, context, 'destroy', {
    tr: 'saklama süresi dolanı, iki operatörün onayladığı bir planla yok eder',
    en: 'destroys what is past its retention, by a plan that two operators approve',
  });
  registerPlan(destroy, context);
  registerShow(destroy, context);
  registerApprove(destroy, context);
  registerExecute(destroy, context);
}

function registerPlan(group: Command, context: CommandContext): void {
  const { shell, ports } = context;
  const command = addCommand(group, context, {
    usage: 'plan',
    summary: {
      tr: 'yok edilebilecek her şeyi bir plana yazar',
      en: 'writes all that may be destroyed into a plan',
    },
    examples: ['audit destroy plan'],
  });
  does<SigningOptions>(signedBy(command, context), context, async (options) =>
    withAdministration(context, async (administration) => {
      const { destruction } = administration;
      const now = ports.clock.now();
      const plan = makePlan(newId('plan', now, ports.place().timeZone), now, await destruction.facts());
      if (plan === undefined) {
        if (options.json === true) outJson(shell, { plan: null });
        else shell.out(tell(shell, NOTHING_DUE));
        return 0;
      }
      const details = { plan: plan.id, hash: planHash(plan) };
      const act = await sign(context, administration, options, { action: 'destruction.plan', details });
      const receipt = await destruction.storePlan(act, plan);
      if (options.json === true) outJson(shell, { plan, hash: details.hash, receipt });
      else outLines(shell, planLines(shell, { plan, hash: details.hash, approvals: [], destroyed: [] }));
      return 0;
    }),
  );
}

function registerShow(group: Command, context: CommandContext): void {
  const { shell, ports } = context;
  const command = addCommand(group, context, {
    usage: 'show [plan]',
    summary: { tr: 'bir planı ya da bütün planları gösterir', en: 'shows one plan, or all' },
    examples: ['audit destroy show', 'audit destroy show plan-2026-11-24-1f2e3d4c --json'],
  });
  does(command, context, async ({ json }, [id]) =>
    withAdministration(context, async ({ destruction }) => {
      const found = id === undefined ? await destruction.register.plans() : [await destruction.plan(id)];
      const shown = found.map((stored) => {
        const certificate = destruction.certificateOf(stored.plan.id) ?? null;
        return { ...stored, certificate, state: stateOf(stored, certificate, ports.clock.now()) };
      });
      if (json === true) outJson(shell, id === undefined ? shown : shown[0]);
      else if (id === undefined) outLines(shell, listLines(shell, shown));
      else for (const one of shown) outLines(shell, planLines(shell, one));
      return 0;
    }),
  );
}

function registerApprove(group: Command, context: CommandContext): void {
  const { shell } = context;
  const command = addCommand(group, context, {
    usage: 'approve <plan>',
    summary: {
      tr: 'planı kendi anahtarınızla onaylar; iki ayrı operatör gerekir',
      en: 'approves the plan with your own key; it takes two different operators',
    },
    examples: ['audit destroy approve plan-2026-11-24-1f2e3d4c'],
  });
  does<SigningOptions>(signedBy(command, context), context, async (options, [id = '']) =>
    withAdministration(context, async (administration) => {
      const { destruction } = administration;
      const { hash, plan } = await destruction.plan(id);
      const details = { plan: id, hash };
      const act = await sign(context, administration, options, { action: APPROVE, details });
      const receipt = await destruction.approve(act, id);
      const given = (await destruction.plan(plan.id)).approvals.length;
      return reportAct(shell, options, receipt, {
        tr: `${id} onaylandı (${String(given)}/2).`,
        en: `${id} is approved (${String(given)} of 2).`,
      });
    }),
  );
}

function registerExecute(group: Command, context: CommandContext): void {
  const { shell } = context;
  const command = addCommand(group, context, {
    usage: 'execute <plan>',
    summary: {
      tr: 'onaylanmış planı uygular ya da yarım kalanı bitirir; geri dönüşü yoktur',
      en: 'executes an approved plan, or finishes an interrupted one; there is no way back',
    },
    examples: ['audit destroy execute plan-2026-11-24-1f2e3d4c'],
  });
  does<SigningOptions>(signedBy(command, context), context, async (options, [id = '']) =>
    withAdministration(context, async (administration) => {
      const { destruction } = administration;
      const { hash } = await destruction.plan(id);
      const details = { plan: id, hash };
      const act = await sign(context, administration, options, { action: 'destruction.execute', details });
      const done = await destruction.execute(act, id, (step, count) => {
        shell.progress(tell(shell, stepText(step, count)));
      });
      shell.progress('');
      if (options.json === true) outJson(shell, done);
      else reportAct(shell, options, done.receipt, doneText(id, done.certificate));
      return 0;
    }),
  );
}

async function sign(
  context: CommandContext,
  administration: Administration,
  options: SigningOptions,
  { action, details }: Pick<SignedAct['statement'], 'action' | 'details'>,
): Promise<SignedAct> {
  const { key, operator } = await actingOperator(context, administration, options);
  const at = new Date(context.ports.clock.now()).toISOString();
  return signAct({ action, at, operator: operator.id, details }, key);
}

function doneText(id: string, certificate: string): { readonly tr: string; readonly en: string } {
  return {
    tr: `${id} uygulandı; belgesi: ${certificate} (en az üç yıl saklayın). Anahtar klasörünün eski yedeklerini de yok edin.`,
    en: `${id} is executed; its certificate: ${certificate} (keep it for at least three years). Destroy older backups of the key folder as well.`,
  };
}

const NOTHING_DUE = {
  tr: 'Yok edilecek bir şey yok: saklama süresi dolan ya da tutma kararı dışında kalan kayıt bulunmadı.',
  en: 'Nothing is due: no records are past their retention and free of holds.',
};
