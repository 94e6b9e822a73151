import { type Command } from 'commander';
import { type Operation } from '../agreement/agreement.ts';
import { loadAgreements } from '../agreement/load-agreements.ts';
import { addCommand, type CommandContext, does } from './command.ts';
import { type Answer, PartnerClient, type Problem } from './partner-client.ts';
import { planQuery, type QueryOptions, type QueryPlan } from './query-plan.ts';
import { answerText, problemText } from './query-text.ts';
import { type ExitCode, outJson, outLines, type Shell, tell } from './shell.ts';

/** `gecit query`: a partner agency's client. Answered is 0, refused is 1. */
export function registerQuery(program: Command, context: CommandContext): void {
  const { shell } = context;
  const command = addCommand(program, context, {
    usage: 'query',
    summary: {
      tr: 'bir kurum personeli olarak sorgular; kimlik numarası standart girdiden okunur ya da sorulur',
      en: 'asks as an official of an agency; the identity number is read from standard input or asked for',
    },
    examples: [
      'query --demo',
      'query --demo --subject 2 --local-address 127.0.0.2',
      'query --official cgm-0123456789 --purpose cocuk-isciligi-takip --case 2026/118',
    ],
  });
  for (const [flags, tr, en, fallback] of OPTIONS) command.option(flags, tell(shell, { tr, en }), fallback);
  does<QueryOptions>(command, context, async (options) => {
    const plan = await planQuery(context, options);
    const reply = await runPlan(plan);
    const operation = operationOf(context.ports.place().folders.protocols, options);
    return report(shell, reply, operation, options.json === true);
  });
}

async function runPlan({
  connection,
  clientId,
  clientSecret,
  question,
}: QueryPlan): Promise<Answer | Problem> {
  const client = new PartnerClient(connection);
  try {
    const token = await client.token(clientId, clientSecret);
    return token.kind === 'problem' ? token : await client.ask(token.accessToken, question);
  } finally {
    client.close();
  }
}

function report(
  shell: Shell,
  reply: Answer | Problem,
  operation: Operation | undefined,
  json: boolean,
): ExitCode {
  if (json) outJson(shell, reply.json);
  else if (reply.kind === 'answer') outLines(shell, answerText(shell, reply, operation));
  else
    problemText(shell, reply).forEach((line) => {
      shell.err(line);
    });
  return reply.kind === 'answer' ? 0 : 1;
}

/** For labels only: a partner that does not have the agreement's file sees the ids of the fields. */
function operationOf(protocols: string, options: QueryOptions): Operation | undefined {
  try {
    const agreement = loadAgreements(protocols).findLast(({ id }) => id === options.agreement);
    return agreement?.operations.find(({ id }) => id === options.operation);
  } catch {
    return undefined;
  }
}

/** Flags, Turkish and English explanation, value when not given. */
const OPTIONS: readonly (readonly [string, string, string, string?])[] = [
  ['--demo', 'deneme ortamının ilk yetkilisi ve kişisiyle sorgular', 'asks as the first official of the demo realm about its first subject'],
  ['--official <clientId>', 'soran personel; deneme ortamında değilse gizli anahtar girdinin ilk satırıdır', 'who asks; outside the demo realm the secret is the first line of the input'],
  ['--subject <place>', '--demo ile: kaçıncı kişi', 'with --demo: which subject'],
  ['--purpose <code>', 'amaç kodu', 'code of the purpose'],
  ['--case <reference>', 'dosya numarası', 'case reference'],
  ['--agreement <id>', 'protokol', 'agreement', 'tr-iskur-cgm-2024'],
  ['--operation <id>', 'işlem', 'operation', 'araci-sorgu'],
  ['--url <url>', 'geçidin adresi', 'address of the gateway'],
  ['--cert <file>', 'kurumun sertifikası (PEM)', "the agency's certificate (PEM)"],
  ['--key <file>', 'sertifikanın anahtarı (PEM)', 'key of the certificate (PEM)'],
  ['--ca <file>', 'geçidin sertifika makamı (PEM)', "authority of the gateway's certificate (PEM)"],
  ['--local-address <ip>', 'bu makinenin hangi adresinden sorulacağı', 'address of this machine to ask from'],
  ['--idempotency-key <key>', 'yinelenen isteği kotadan düşmeyen anahtar', 'key under which a retry uses no quota'],
]; // prettier-ignore
