// node types_as_json.mjs FILE: the type Database and the value Constants of a generated file, as JSON.
// An object is an object, its optional members end with "?"; a union is its members in order; the rest is text.
import { readFileSync } from "node:fs"
import ts from "typescript"

const file = process.argv[2]
const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true)
const text = (node) => node.getText(source).replaceAll("'", '"').replace(/\s+/g, " ")

function read(node) {
  if (ts.isTypeLiteralNode(node)) {
    return Object.fromEntries(
      node.members.map((member) => [text(member.name) + (member.questionToken ? "?" : ""), read(member.type)]),
    )
  }
  if (ts.isArrayTypeNode(node) && ts.isTypeLiteralNode(node.elementType)) return { "[]": read(node.elementType) }
  if (ts.isTupleTypeNode(node)) return node.elements.map(read).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
  if (ts.isUnionTypeNode(node)) return node.types.map(text).sort().join(" | ")
  if (ts.isParenthesizedTypeNode(node)) return read(node.type)
  return text(node)
}

const found = {}
for (const statement of source.statements) {
  if (ts.isTypeAliasDeclaration(statement) && text(statement.name) === "Database") found.Database = read(statement.type)
  if (ts.isVariableStatement(statement)) {
    const [declared] = statement.declarationList.declarations
    found[text(declared.name)] = text(declared.initializer).replace(/[\s,]+(?=[\]}])|\s+/g, "").replaceAll(",]", "]")
  }
}
console.log(JSON.stringify(found))
