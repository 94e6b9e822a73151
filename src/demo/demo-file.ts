import { z } from 'zod';

/** `data/demo.json`: all that a partner of the demo realm needs. Holds secrets, mode 0600. */
const demoFileSchema = z.strictObject({
  partnerUrl: z.string(),
  agencies: z.array(
    z.strictObject({
      id: z.string(),
      cert: z.string(),
      key: z.string(),
      p12: z.string(),
      p12Password: z.string(),
    }),
  ),
  officials: z.array(
    z.strictObject({
      agency: z.string(),
      name: z.string(),
      clientId: z.string(),
      clientSecret: z.string(),
      allowedAddresses: z.array(z.string()),
      dailyQuota: z.number(),
      about: z.string(),
    }),
  ),
  subjects: z.array(z.strictObject({ tckn: z.string(), about: z.string() })),
});

export type DemoFile = z.infer<typeof demoFileSchema>;

export function writeDemoFile(content: DemoFile): string {
  return `${JSON.stringify(content, null, 2)}\n`;
}

/** Undefined when the text is not a demo file, e.g. because its writer died. */
export function readDemoFile(text: string): DemoFile | undefined {
  try {
    return demoFileSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
