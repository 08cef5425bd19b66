import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);

// src/errors.ts
var exitStatus = {
  USAGE: 2,
  HOST_REFUSED: 3,
  BAD_INPUT: 4
};
var AutotuneError = class extends Error {
  code;
  why;
  next;
  constructor({ code, what, why, next, cause }) {
    super(what, { cause });
    this.name = "AutotuneError";
    this.code = code;
    this.why = why;
    this.next = next;
  }
};
var FormatError = class extends AutotuneError {
  source;
  offset;
  constructor(source, offset, why) {
    super({
      code: "BAD_INPUT",
      what: `${source} is damaged at byte ${offset} (0x${offset.toString(16)}).`,
      why,
      next: "Record again; if a fresh recording fails too, attach it to a bug report."
    });
    this.name = "FormatError";
    this.source = source;
    this.offset = offset;
  }
};
function describeError(error) {
  if (error instanceof AutotuneError) {
    return `error ${error.code}: ${error.message}
  why:  ${error.why}
  next: ${error.next}`;
  }
  const stack = error instanceof Error ? error.stack : String(error);
  return `This is a bug in autotune. Please report it with the text below.
${stack}`;
}

export {
  exitStatus,
  AutotuneError,
  FormatError,
  describeError
};
