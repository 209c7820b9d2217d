import pg from 'pg'

/** bigint arrives as text by default; ours stay far below 2^53 and are numbers. */
export const bigintAsNumber: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format: 'text' | 'binary') =>
    oid === pg.types.builtins.INT8 && format !== 'binary'
      ? Number
      : pg.types.getTypeParser(oid, format as 'text')) as typeof pg.types.getTypeParser,
}

const names = new Map<string, string>()
/** Statement texts are constants of the program; more than this means that values were pasted into one. */
const distinctStatements = 2000

/** The name under which a statement is prepared, the same on every connection. */
export function statementName(text: string): string {
  const known = names.get(text)
  if (known) return known
  if (names.size >= distinctStatements) {
    throw new Error(`more than ${distinctStatements} different statements: pass values as parameters, not in the text`)
  }
  const name = `s${names.size}`
  names.set(text, name)
  return name
}
