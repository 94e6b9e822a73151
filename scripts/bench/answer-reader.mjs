const END_OF_HEADERS = Buffer.from('\r\n\r\n');

/**
 * Finds the answers in what a connection receives: their status and nothing else of them. Cheap, because the generator
 * shares the machine with the server it measures. Every answer must carry Content-Length.
 * @param onAnswer called with the status when the last byte of an answer is there
 */
export function answerReader(onAnswer) {
  let status = 0;
  let bodyLeft = 0;
  let rest = Buffer.alloc(0);
  return (chunk) => {
    let bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    while (bytes.length > 0) {
      if (status === 0) {
        const end = bytes.indexOf(END_OF_HEADERS);
        if (end < 0) break;
        ({ status, bodyLeft } = readHead(bytes.latin1Slice(0, end)));
        bytes = bytes.subarray(end + END_OF_HEADERS.length);
      }
      const taken = Math.min(bodyLeft, bytes.length);
      bodyLeft -= taken;
      bytes = bytes.subarray(taken);
      if (bodyLeft > 0) break;
      const answered = status;
      status = 0;
      onAnswer(answered);
    }
    rest = bytes;
  };
}

function readHead(head) {
  const length = /\r\ncontent-length: *(\d+)/i.exec(head);
  if (length === null) throw new Error('an answer came without Content-Length');
  return { status: Number(head.slice(9, 12)), bodyLeft: Number(length[1]) };
}
