import type { FinishedRequest } from "../../model/observation/response-facts.ts";
import { MAX_LOG_ENTRY_BYTES } from "../../model/limits.ts";
import { ENDPOINT_ID_VARIABLES, logReader } from "./response-variables.ts";

/** A variable's name ends before a dot that nothing follows, as in the control plane's check of formats. */
const VARIABLE = /\$context\.([A-Za-z0-9_]+(?:\.[A-Za-z0-9_-]+)*)/g;
const QUOTED_MESSAGE = "error.messageString";
/** A variable without a value (observed). */
const NOTHING = "-";

type Piece = string | ((request: FinishedRequest) => string);

/** An access log format, compiled. */
export class LogFormat {
  /** The line tells ids of the integration's answer. */
  readonly needsEndpointIds: boolean;
  readonly #pieces: readonly Piece[];

  constructor(format: string) {
    const oneLine = format.replace(/\r?\n$/, "");
    const escape = isJson(oneLine) ? jsonEscaped : oneLineEscaped;
    const pieces: Piece[] = [];
    let needsIds = false;
    let end = 0;
    for (const match of oneLine.matchAll(VARIABLE)) {
      const name = match[1]!;
      if (match.index > end) pieces.push(oneLine.slice(end, match.index));
      pieces.push(pieceOf(name, escape));
      needsIds ||= ENDPOINT_ID_VARIABLES.has(name);
      end = match.index + match[0].length;
    }
    if (end < oneLine.length) pieces.push(oneLine.slice(end));
    this.#pieces = pieces;
    this.needsEndpointIds = needsIds;
  }

  /** One line, without its break. */
  line(request: FinishedRequest): string {
    let line = "";
    for (const piece of this.#pieces) line += typeof piece === "string" ? piece : piece(request);
    return line.length <= MAX_LOG_ENTRY_BYTES ? line : line.slice(0, MAX_LOG_ENTRY_BYTES);
  }
}

function pieceOf(name: string, escape: (value: string) => string): Piece {
  if (name === QUOTED_MESSAGE) {
    return ({ outcome: { errorMessage } }) => (errorMessage === undefined ? NOTHING : JSON.stringify(errorMessage));
  }
  const read = logReader(name);
  if (!read) return NOTHING;
  return (request) => {
    const value = read(request);
    return value === undefined || value === "" ? NOTHING : escape(value);
  };
}

/** Whether values stand in JSON. Formats are free text: an object is what looks like one. */
function isJson(format: string): boolean {
  return /^\s*\{.*\}\s*$/s.test(format);
}

/** Control characters of both ranges, and what else ends a line somewhere. */
const CONTROL = /[\p{Cc}\u2028\u2029]/u;
const CONTROLS = new RegExp(CONTROL, "gu");
const JSON_SPECIAL = /["\\\p{Cc}\u2028\u2029]/u;

/** So that the line stays valid JSON; what the real service does is unverified. */
function jsonEscaped(value: string): string {
  if (!JSON_SPECIAL.test(value)) return value;
  return JSON.stringify(value).slice(1, -1).replace(CONTROLS, unicodeEscape);
}

/** Values are inserted as they are, but one request is one line: what could break it, or a terminal, is escaped (our choice). */
function oneLineEscaped(value: string): string {
  return CONTROL.test(value) ? value.replace(CONTROLS, unicodeEscape) : value;
}

function unicodeEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
