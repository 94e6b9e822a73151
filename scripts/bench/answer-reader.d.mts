export function answerReader(onAnswer: (status: number) => void): (chunk: Buffer) => void;
