/** Code that can not be taken. The message names the rule and is for the caller. */
export class CodeError extends Error {
  override readonly name = "CodeError";
}
