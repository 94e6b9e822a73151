import { type Command } from 'commander';
import { type Administration } from '../gateway/administration.ts';
import { issueToFiles, type IssueOptions } from './issue-to-files.ts';
import { addCommand, type CommandContext, does } from './command.ts';
import { RefusedError, UsageError } from './command-error.ts';
import { actingOperator, perform, signedBy, type SigningOptions, withAdministration } from './perform.ts';
import { readClientCertificate } from './read-client-certificate.ts';
import { type OutputFlags } from './run-command.ts';
import { reportAct } from './report-act.ts';
import { type ExitCode, tell } from './shell.ts';

interface CertificateOptions extends SigningOptions, IssueOptions, OutputFlags {
  readonly file?: string;
}

export function registerAgencyCert(group: Command, context: CommandContext): void {
  const { shell } = context;
  const command = addCommand(group, context, {
    usage: 'cert <agency>',
    summary: {
      tr: 'bir kurumun istemci sertifikasını kaydeder veya yenisini verir',
      en: "registers an agency's client certificate, or issues one",
    },
    examples: [
      'agency cert cgm --file cgm.crt',
      'agency cert cgm --issue out --ca-cert certs/ca.crt --ca-key certs/ca.key --days 365',
    ],
  })
    .option('--file <pem>', tell(shell, { tr: 'var olan sertifika', en: 'an existing certificate' }))
    .option(
      '--issue <folder>',
      tell(shell, {
        tr: 'yeni sertifika ve anahtarı bu klasöre yazar',
        en: 'writes a new certificate and key to this folder',
      }),
    )
    .option(
      '--days <n>',
      tell(shell, { tr: 'yeni sertifikanın süresi', en: 'life of a new certificate' }),
      '365',
    )
    .option(
      '--ca-cert <pem>',
      tell(shell, {
        tr: 'imzalayan makam (yoksa partner.clientCa)',
        en: 'the signing authority (else partner.clientCa)',
      }),
    )
    .option(
      '--ca-key <pem>',
      tell(shell, { tr: 'imzalayan makamın anahtarı', en: "the signing authority's key" }),
    );
  does<CertificateOptions>(signedBy(command, context), context, async (options, [id = '']) =>
    withAdministration(context, async (administration) => register(context, administration, options, id)),
  );
}

async function register(
  context: CommandContext,
  administration: Administration,
  options: CertificateOptions,
  id: string,
): Promise<ExitCode> {
  if ((options.file === undefined) === (options.issue === undefined)) throw new UsageError(ONE_WAY);
  const { agencies, certificates } = await administration.identityRows();
  const agency = agencies.find((one) => one.id === id);
  if (agency === undefined) throw new RefusedError(UNKNOWN);
  await actingOperator(context, administration, options);
  const file = options.file ?? (await issueToFiles(context, options, agency));
  const described = readClientCertificate(file, context.ports.clock.now());
  if (certificates.some(({ fingerprint }) => fingerprint === described.fingerprint))
    throw new RefusedError(KNOWN);
  const certificate = { ...described, agencyId: id, revokedAt: null };
  const receipt = await perform(context, administration, options, {
    action: 'agency.cert',
    details: { agency: id, fingerprint: described.fingerprint, subject: described.subject },
    changes: [{ kind: 'add-certificate', certificate }],
  });
  return reportAct(context.shell, options, receipt, {
    tr: `${id} için sertifika kaydedildi: ${described.fingerprint}.`,
    en: `Registered for ${id}: certificate ${described.fingerprint}.`,
  });
}

const ONE_WAY = {
  tr: '--file ile --issue seçeneklerinden yalnızca birini verin.',
  en: 'Give either --file or --issue.',
};
const UNKNOWN = {
  tr: 'Bu kimlikte bir kurum yok. Önce gecit agency add ile kaydedin.',
  en: 'There is no agency with this id. Register it first with gecit agency add.',
};
const KNOWN = {
  tr: 'Bu sertifika zaten kayıtlı. Yapılacak bir şey yok.',
  en: 'This certificate is registered already. There is nothing to do.',
};
