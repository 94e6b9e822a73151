import { type Command } from 'commander';
import { type AgencyCertificate } from '../identity/agency.ts';
import { addCommand, type CommandContext, does } from './command.ts';
import { RefusedError, UsageError } from './command-error.ts';
import { perform, signedBy, type SigningOptions, withAdministration } from './perform.ts';
import { reportAct } from './report-act.ts';

export function registerAgencyRevoke(group: Command, context: CommandContext): void {
  const command = addCommand(group, context, {
    usage: 'revoke <fingerprint>',
    summary: {
      tr: 'bir istemci sertifikasını hemen geçersiz kılar',
      en: 'revokes a client certificate at once',
    },
    examples: ['agency revoke 3fa91c0d', 'agency revoke 3fa91c0d --json'],
  });
  does<SigningOptions>(signedBy(command, context), context, async (options, [given = '']) =>
    withAdministration(context, async (administration) => {
      const { certificates } = await administration.identityRows();
      const { fingerprint, agencyId } = findOne(certificates, given);
      const at = context.ports.clock.now();
      const receipt = await perform(context, administration, options, {
        action: 'agency.revoke',
        details: { agency: agencyId, fingerprint },
        changes: [{ kind: 'revoke-certificate', fingerprint, at }],
      });
      return reportAct(context.shell, options, receipt, {
        tr: `${agencyId} kurumunun ${fingerprint} sertifikası artık geçersiz.`,
        en: `Certificate ${fingerprint} of ${agencyId} is revoked.`,
      });
    }),
  );
}

function findOne(certificates: readonly AgencyCertificate[], given: string): AgencyCertificate {
  const wanted = given.replaceAll(':', '').toLowerCase();
  if (!/^[0-9a-f]{8,64}$/.test(wanted)) throw new UsageError(NOT_A_FINGERPRINT);
  const found = certificates.filter(({ fingerprint }) => fingerprint.startsWith(wanted));
  const [certificate] = found;
  if (certificate === undefined) throw new RefusedError(UNKNOWN);
  if (found.length > 1) throw new UsageError(AMBIGUOUS);
  if (certificate.revokedAt !== null) throw new RefusedError(REVOKED);
  return certificate;
}

const NOT_A_FINGERPRINT = {
  tr: 'SHA-256 parmak izinin en az ilk sekiz onaltılık basamağını verin.',
  en: 'Give at least the first eight hexadecimal digits of the SHA-256 fingerprint.',
};
const UNKNOWN = {
  tr: 'Bu parmak iziyle kayıtlı bir sertifika yok. gecit agency cert çıktısındaki değeri verin.',
  en: 'No registered certificate has this fingerprint. Give the value that gecit agency cert printed.',
};
const AMBIGUOUS = {
  tr: 'Bu başlangıç birden çok sertifikaya uyuyor. Daha çok basamak verin.',
  en: 'More than one certificate begins like this. Give more digits.',
};
const REVOKED = {
  tr: 'Bu sertifika zaten geçersiz kılınmış. Yapılacak bir şey yok.',
  en: 'This certificate is revoked already. There is nothing to do.',
};
